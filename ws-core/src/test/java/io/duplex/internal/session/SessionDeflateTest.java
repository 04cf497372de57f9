package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.Negotiated;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 7692 over a server's session: what the extension and the session's limits do together. */
class SessionDeflateTest {
    private static final int RSV1 = 4;
    private static final String TEXT = "compress me, ".repeat(500);

    private final Negotiated negotiated = PerMessageDeflate.create()
            .accept(ExtensionHeader.parse(List.of("permessage-deflate")).get(0))
            .orElseThrow();
    private final Extension client = client();
    private int messages;

    private final Solo solo = new Solo(Role.SERVER, new WebSocketHandler() {
        @Override
        public void onText(WebSocket ws, String text) {
            messages++;
            ws.send(text);
        }

        @Override
        public void onBinary(WebSocket ws, byte[] payload) {
            messages++;
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            client.close();
        }
    }, ConnectionOptions.SERVER, List.of(negotiated.extension())).connect();

    private Extension client() {
        try {
            return PerMessageDeflate.create().agree(negotiated.response());
        } catch (io.duplex.extension.ExtensionException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] compressed(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        client.encode(ByteBuffer.wrap(payload), true, part -> {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            out.writeBytes(bytes);
        });
        return out.toByteArray();
    }

    private String decompressed(byte[] payload) throws Exception {
        StringBuilder text = new StringBuilder();
        client.decode(ByteBuffer.wrap(payload), true,
                part -> text.append(StandardCharsets.UTF_8.decode(part)));
        return text.toString();
    }

    @Test
    void aCompressedTextIsEchoedCompressed() throws Exception {
        byte[] payload = compressed(TEXT.getBytes(StandardCharsets.UTF_8));
        RawFrame echo = solo.feed(Frames.of(1, payload).withRsv(RSV1)).sent().get(0);
        assertEquals(RSV1, echo.rsv());
        assertTrue(echo.payload().bytes().length < TEXT.length() / 10);
        assertEquals(TEXT, decompressed(echo.payload().bytes()));
    }

    @Test
    void aMessageThatIsNotCompressedPassesToo() {
        assertEquals(0, solo.feed(Frames.text("plain")).sent().get(0).rsv());
        assertEquals(1, messages);
    }

    @Test
    void aPreparedMessageLeavesUncompressed() {
        solo.socket().send(PreparedMessage.text(TEXT));
        RawFrame frame = solo.run().sent().get(0);
        assertEquals(0, frame.rsv());
        assertEquals(TEXT, frame.text());
    }

    @Test
    void theLimitHoldsForWhatComesOutOfTheInflater() {
        byte[] bomb = compressed(new byte[2 << 20]);
        assertTrue(bomb.length < 10_000);
        RawFrame close = solo.feed(Frames.of(2, bomb).withRsv(RSV1)).sent().get(0);
        assertEquals(1009, close.closeCode());
        assertEquals(0, messages);
    }

    @Test
    void aMessageOfJustTheLimitPassesThoughItGrowsInCompression() {
        byte[] random = new byte[(int) ConnectionOptions.SERVER.limits().maxMessageBytes()];
        new java.util.Random(1).nextBytes(random);
        byte[] grown = compressed(random);
        assertTrue(grown.length > random.length);
        solo.feed(Frames.of(2, grown).withRsv(RSV1));
        assertEquals(1, messages);
    }

    @Test
    void dataThatIsNotDeflateCloses1007() {
        RawFrame close = solo.feed(Frames.of(2, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF).withRsv(RSV1))
                .sent()
                .get(0);
        assertEquals(1007, close.closeCode());
        assertEquals(0, messages);
    }

    @Test
    void invalidTextInsideCompressionCloses1007() {
        RawFrame close = solo.feed(Frames.of(1, compressed(new byte[] { 'a', (byte) 0xC0 })).withRsv(RSV1))
                .sent()
                .get(0);
        assertEquals(1007, close.closeCode());
    }

    @Test
    void emptyBlocksAreBoundedByTheirBytes() {
        byte[] blocks = new byte[64 << 10];
        for (int i = 0; i < blocks.length; i += 2) {
            blocks[i] = 3;
        }
        solo.feed(Frames.of(2, blocks).withRsv(RSV1).notFinal());
        for (int i = 0; i < 16 && solo.socket().readyState() == io.duplex.ReadyState.OPEN; i++) {
            solo.feed(Frames.continuation(blocks).notFinal());
        }
        assertEquals(List.of("close 1009 compressed message too big"), solo.sentInWords());
    }

    @Test
    void aMessageOfTheLimitThatIsFlushedForEachByteIsNotTooBig() {
        int limit = 10_000;
        Extension extension = PerMessageDeflate.create()
                .accept(ExtensionHeader.parse(List.of("permessage-deflate")).get(0))
                .orElseThrow()
                .extension();
        int[] received = { 0 };
        Solo small = new Solo(Role.SERVER, new WebSocketHandler() {
            @Override
            public void onBinary(WebSocket ws, byte[] payload) {
                received[0] = payload.length;
            }
        }, ConnectionOptions.SERVER.withLimits(Limits.DEFAULT.withMaxMessageBytes(limit)), List.of(extension))
                .connect();
        // The byte 1, and the end of the flush.
        byte[] flushed = { 0x62, 4, 0, 0, 0, -1, -1 };
        small.feed(Frames.of(2, flushed).withRsv(RSV1).notFinal());
        for (int i = 1; i < limit; i++) {
            small.feed(Frames.continuation(flushed).notFinal());
        }
        small.feed(Frames.continuation((byte) 0));
        assertEquals(List.of(), small.sentInWords());
        assertEquals(limit, received[0]);
    }
}
