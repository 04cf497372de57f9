package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Design section 3, rule 6: messages that are read and written as streams, or delivered in parts. */
abstract class StreamContract extends ContractPart {
    private static final int BIG_BYTES = 10 << 20;
    /**
     * One, two, three and four bytes in UTF-8; eleven in all, so that no buffer's size is a multiple of it.
     */
    private static final String CHARACTERS = "aé€𝄞b";

    StreamContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("3.6 ten megabytes go through streams both ways")
    void binaryStreamsBothWays() throws Exception {
        byte[] content = new byte[BIG_BYTES];
        new Random(1).nextBytes(content);
        CompletableFuture<byte[]> atServer = new CompletableFuture<>();
        WebSocketServer server = blocking(ws -> {
            try (MessageStream message = ws.receiveStream()) {
                assertFalse(message.isText());
                atServer.complete(message.bytes().readAllBytes());
            }
            try (OutputStream out = ws.sendingStream()) {
                out.write(content);
            }
            ws.receive();
        });
        WebSocket ws = connectBlocking(server);
        try (OutputStream out = ws.sendingStream()) {
            for (int from = 0; from < BIG_BYTES; from += 100_000) {
                out.write(content, from, Math.min(100_000, BIG_BYTES - from));
            }
        }
        try (MessageStream message = ws.receiveStream(); InputStream in = message.bytes()) {
            assertArrayEquals(content, in.readAllBytes());
        }
        assertArrayEquals(content, within(atServer));
    }

    @Test
    @DisplayName("3.6 text streams keep characters that lie across any boundary")
    void textStreamsBothWays() throws Exception {
        String content = CHARACTERS.repeat(200_000);
        WebSocketServer server = blocking(ws -> {
            StringWriter copy = new StringWriter();
            try (MessageStream message = ws.receiveStream()) {
                assertTrue(message.isText());
                message.text().transferTo(copy);
            }
            try (Writer out = ws.sendingWriter()) {
                out.write(copy.toString());
            }
            ws.receive();
        });
        WebSocket ws = connectBlocking(server);
        try (Writer out = ws.sendingWriter()) {
            for (int i = 0; i < content.length(); i += 1001) {
                out.write(content, i, Math.min(1001, content.length() - i));
            }
        }
        try (MessageStream message = ws.receiveStream()) {
            StringWriter back = new StringWriter();
            message.text().transferTo(back);
            assertTrue(content.equals(back.toString()), "came back changed");
        }
    }

    @Test
    @DisplayName("3.6 closing a received stream skips the rest of its message")
    void closingSkipsTheRest() throws Exception {
        WebSocketServer server = blocking(ws -> {
            ws.send(filled(300_000, 1));
            ws.send("next");
            ws.receive();
        });
        WebSocket ws = connectBlocking(server);
        try (MessageStream message = ws.receiveStream()) {
            assertEquals(1, message.bytes().read());
        }
        assertEquals(new Message.Text("next"), ws.receive());
    }

    @Test
    @DisplayName("3.6 reading a stream fails when the connection breaks inside its message")
    void brokenInsideAMessage() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        RawSocket peer = rawPeer(blocking(ws -> {
            MessageStream message = ws.receiveStream();
            thrown.complete(Assertions.assertThrows(IOException.class,
                    () -> message.bytes().readAllBytes()));
        }));
        peer.write(Frames.binary(new byte[10]).notFinal().mask());
        peer.close();
        within(thrown);
    }

    @Test
    @DisplayName("3.6 text in parts never splits a character and joins to the whole")
    void textInParts() throws IOException {
        Recorder recorder = new Recorder(Delivery.PARTS);
        RawSocket peer = rawPeer(serve(recorder, bigMessages(ConnectionOptions.SERVER)));
        String content = CHARACTERS.repeat(50);
        byte[] utf8 = content.getBytes(StandardCharsets.UTF_8);
        peer.writeCut(Frames.join(
                Frames.of(1, Arrays.copyOf(utf8, 105)).notFinal().mask().bytes(),
                Frames.ping("between").mask().bytes(),
                Frames.continuation(Arrays.copyOfRange(utf8, 105, utf8.length)).mask().bytes()), 3);
        recorder.awaitOpen();
        StringBuilder joined = new StringBuilder();
        boolean last = false;
        boolean pinged = false;
        while (!last) {
            switch (recorder.await(Event.class)) {
                case Event.TextPart part -> {
                    assertEquals(part.text(), new String(part.text().getBytes(StandardCharsets.UTF_8),
                            StandardCharsets.UTF_8), "a split character");
                    joined.append(part.text());
                    last = part.last();
                }
                case Event.Ping ping -> pinged = true;
                case Event other -> throw new AssertionError("not asked for: " + other);
            }
        }
        assertEquals(content, joined.toString());
        assertTrue(pinged);
    }

    @Test
    @DisplayName("3.6 binary in parts joins to the whole, and an empty message has its last part")
    void binaryInParts() throws IOException {
        Recorder recorder = new Recorder(Delivery.PARTS);
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.binary(filled(500_000, 7)).mask(), Frames.binary().mask());
        recorder.awaitOpen();
        int total = 0;
        for (boolean last = false; !last;) {
            Event.BinaryPart part = recorder.await(Event.BinaryPart.class);
            total += part.payload().bytes().length;
            last = part.last();
        }
        assertEquals(500_000, total);
        assertTrue(recorder.await(Event.BinaryPart.class).last());
    }

    @Test
    @DisplayName("3.6 fragments with pings between them make one message, and each ping has its pong")
    void fragmentsMakeOneMessage() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Ping.class);
        RawSocket peer = rawPeer(serve(recorder));
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        peer.write(Frames.of(1, euro[0]).notFinal().mask(), Frames.ping("p").mask());
        assertEquals("p", peer.readFrame().text());
        peer.write(Frames.of(0, euro[1]).notFinal().mask(), Frames.of(0).notFinal().mask(),
                Frames.continuation(euro[2]).mask());
        recorder.awaitOpen();
        assertEquals("€", recorder.awaitText());
    }

    private WebSocketServer blocking(BlockingHandler handler) throws IOException {
        return start(on.server().blocking("/", handler).options(bigMessages(ConnectionOptions.SERVER)));
    }

    private WebSocket connectBlocking(WebSocketServer server) throws IOException, InterruptedException {
        return client(bigMessages(ConnectionOptions.CLIENT)).connect(on.uri(server, "/"));
    }
}
