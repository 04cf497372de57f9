package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.OverflowPolicy;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Design section 3, rule 6: an interrupt ends a wait and nothing else; on platform threads and on virtual
 * ones.
 */
abstract class InterruptContract extends ContractPart {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int MANY = 2000;

    private final Recorder recorder = new Recorder().ignoring(Event.Drained.class);

    InterruptContract(TransportContract on) {
        super(on);
    }

    /** Runs on a thread of that kind, is interrupted once it waits, and answers. */
    private static <T> T interrupted(boolean virtual, Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
        Patience.awaitWaiting(thread);
        thread.interrupt();
        return within(task);
    }

    /** The client's end, in blocking style, of a connection to a raw server. */
    private WebSocket ws;

    private RawSocket connectBlocking() throws IOException {
        RawServer server = closeLater(on.rawServer());
        FutureTask<WebSocket> connecting = new FutureTask<>(() -> client().connect(on.uri(server, "/")));
        Thread.ofVirtual().start(connecting);
        RawSocket peer = closeLater(server.accept());
        peer.acceptHandshake();
        ws = within(connecting);
        return peer;
    }

    private static ConnectionOptions blockPolicy() {
        return ConnectionOptions.SERVER.withSendQueue(ConnectionOptions.SERVER.sendQueue()
                .withLimitBytes(512 << 10)
                .withOverflow(OverflowPolicy.BLOCK));
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 receive with a time-out can be interrupted, and nothing is lost")
    void receiveWithTimeout(boolean virtual) throws Exception {
        RawSocket peer = connectBlocking();
        peer.write(Frames.text("be").notFinal());
        interrupted(virtual, () -> assertThrows(InterruptedException.class, () -> ws.receive(LONG)));
        peer.write(Frames.continuation("gun".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(new Message.Text("begun"), ws.receive(LONG));
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 the wait for a stream, and a read of one, can be interrupted, and the stream can be "
            + "read on")
    void receiveStream(boolean virtual) throws Exception {
        RawSocket peer = connectBlocking();
        interrupted(virtual, () -> assertThrows(InterruptedException.class, ws::receiveStream));
        peer.write(Frames.binary(new byte[] { 1, 2 }).notFinal());
        MessageStream stream = ws.receiveStream();
        assertArrayEquals(new byte[] { 1, 2 }, stream.bytes().readNBytes(2));
        boolean flagSet = interrupted(virtual, () -> {
            assertThrows(InterruptedIOException.class, () -> stream.bytes().read());
            return Thread.currentThread().isInterrupted();
        });
        assertTrue(flagSet);
        peer.write(Frames.continuation(new byte[] { 3 }));
        assertArrayEquals(new byte[] { 3 }, stream.bytes().readAllBytes());
        ws.send("still here");
        assertEquals("still here", peer.readFrame().text());
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 a send that waits for room can be interrupted: its message is dropped whole, and "
            + "others arrive")
    void send(boolean virtual) throws IOException {
        RawSocket peer = rawPeer(serve(recorder, blockPolicy()));
        WebSocket atServer = recorder.awaitOpen();
        int taken = interrupted(virtual, () -> {
            for (int i = 0; i < MANY; i++) {
                if (atServer.send(filled(PIECE_BYTES, i)) == SendStatus.DROPPED) {
                    assertTrue(Thread.currentThread().isInterrupted());
                    return i;
                }
            }
            throw new AssertionError("never waited");
        });
        for (int i = 0; i < taken; i++) {
            assertArrayEquals(filled(PIECE_BYTES, i), peer.readFrame().payload().bytes());
        }
        assertSame(SendStatus.ACCEPTED, atServer.send("still here"));
        assertEquals("still here", peer.readFrame().text());
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 a first part that is interrupted has not begun a message")
    void firstPart(boolean virtual) throws IOException {
        RawSocket peer = rawPeer(serve(recorder, blockPolicy()));
        WebSocket atServer = recorder.awaitOpen();
        fillAndAwaitStuck(atServer);
        assertSame(SendStatus.DROPPED, interrupted(virtual, () -> atServer.sendPart("never", false)));
        assertEquals(40 << 20, peer.readFrame().payload().bytes().length);
        Patience.await("all has left", () -> atServer.bufferedAmount() == 0);
        atServer.send("still here");
        assertEquals("still here", peer.readFrame().text());
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 a stream that is written can be interrupted and goes on: the message arrives whole, "
            + "others behind it")
    void sendingStream(boolean virtual) throws Exception {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket atServer = recorder.awaitOpen();
        OutputStream stream = atServer.sendingStream();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        byte[] piece = new byte[10_000];
        interrupted(virtual, () -> {
            for (int i = 0; i < 10 * MANY; i++) {
                byte[] next = filled(piece.length, i);
                try {
                    stream.write(next);
                } catch (InterruptedIOException e) {
                    written.write(next, 0, e.bytesTransferred);
                    return i;
                }
                written.write(next);
            }
            throw new AssertionError("never waited");
        });
        atServer.send("behind it");
        FutureTask<byte[]> reading = new FutureTask<>(() -> readMessage(peer));
        Thread.ofVirtual().start(reading);
        stream.write(new byte[] { 42 });
        written.write(42);
        stream.close();
        assertArrayEquals(written.toByteArray(), within(reading));
        assertEquals("behind it", peer.readFrame().text());
    }

    private static byte[] readMessage(RawSocket peer) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (;;) {
            RawFrame frame = peer.readFrame();
            message.writeBytes(frame.payload().bytes());
            if (frame.fin()) {
                return message.toByteArray();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 closing a stream that was interrupted ends its message without waiting for room")
    void closingAnInterruptedStream(boolean virtual) throws Exception {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket atServer = recorder.awaitOpen();
        interrupted(virtual, () -> {
            try (OutputStream stream = atServer.sendingStream()) {
                return assertThrows(InterruptedIOException.class, () -> writeForEver(stream));
            }
        });
        atServer.send("behind it");
        assertTrue(readMessage(peer).length > 0);
        assertEquals("behind it", peer.readFrame().text());
    }

    private static void writeForEver(OutputStream stream) throws IOException {
        for (int i = 0; i < 10 * MANY; i++) {
            stream.write(new byte[10_000]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @DisplayName("3.6 closeAndWait can be interrupted, and closing goes on")
    void closeAndWait(boolean virtual) throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket atServer = recorder.awaitOpen();
        Exception thrown = interrupted(virtual,
                () -> assertThrows(Exception.class, () -> atServer.closeAndWait(LONG)));
        assertInstanceOf(InterruptedException.class, thrown);
        assertEquals(1000, peer.readFrame().closeCode());
        peer.write(Frames.close(1000, "").mask());
        assertSame(RawSocket.End.FIN, peer.readToEnd());
        peer.close();
        assertTrue(recorder.awaitClosed().clean());
    }
}
