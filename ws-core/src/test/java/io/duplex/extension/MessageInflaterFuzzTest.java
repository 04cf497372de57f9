package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Any compressed payloads at all, as two messages of one connection: the same messages or the same error
 * however they are cut, and never more output than was asked for.
 */
class MessageInflaterFuzzTest {
    /** DEFLATE makes at most 1032 bytes of one. */
    private static final int MAX_GROWTH = 1040;
    private static final int MAX_MESSAGE_BYTES = 20_000;

    @FuzzTest(maxDuration = "10s")
    void anyPayloadsAreReadOrRefusedTheSameHoweverCut(byte[] data) {
        if (data.length == 0) {
            return;
        }
        // The first byte chooses the parameters, the size of the parts and where the second message begins.
        int choice = data[0] & 0xFF;
        byte[] payload = Arrays.copyOfRange(data, 1, data.length);
        int second = payload.length * (choice >>> 5) / 7;
        assertEquals(messages(choice, payload, second, Integer.MAX_VALUE),
                messages(choice, payload, second, 1 + (choice >>> 1 & 0x0F)));
    }

    private static String messages(int choice, byte[] payload, int second, int partBytes) {
        String offer = "permessage-deflate"
                + ((choice & 1) == 0 ? "; client_no_context_takeover" : "");
        Extension extension =
                Codecs.server(PerMessageDeflate.builder().clientNoContextTakeover(false).build(),
                        offer);
        try {
            return message(extension, Arrays.copyOf(payload, second), partBytes)
                    + message(extension, Arrays.copyOfRange(payload, second, payload.length), partBytes);
        } finally {
            extension.close();
        }
    }

    private static String message(Extension extension, byte[] payload, int partBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            int position = 0;
            do {
                int length = Math.min(partBytes, payload.length - position);
                ByteBuffer part = ByteBuffer.wrap(payload, position, length);
                position += length;
                extension.decode(part, position == payload.length, piece -> collect(piece, out));
            } while (position < payload.length);
        } catch (WebSocketProtocolException refused) {
            return refused.error() + "\n";
        }
        if (out.size() > (payload.length + 16) * MAX_GROWTH) {
            throw new AssertionError(payload.length + " bytes gave " + out.size());
        }
        return HexFormat.of().formatHex(out.toByteArray()) + "\n";
    }

    /** Refuses at a limit, as a session does. */
    private static void collect(ByteBuffer piece, ByteArrayOutputStream out)
            throws WebSocketProtocolException {
        if (out.size() + piece.remaining() > MAX_MESSAGE_BYTES) {
            throw new WebSocketProtocolException(ProtocolError.MESSAGE_TOO_BIG);
        }
        while (piece.hasRemaining()) {
            out.write(piece.get());
        }
    }
}
