package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;

/**
 * The common base of all parts of the contract: peers that are closed after each test, and checks for leaks.
 */
abstract class ContractPart {
    /**
     * A time-out that passes in a test. A busy machine may need longer for anything: a peer that must do
     * something before it passes needs {@link #untilInTime}.
     */
    static final Duration SHORT = Duration.ofMillis(250);
    /** A time-out that never passes in a test. */
    static final Duration LONG = Duration.ofSeconds(60);

    final TransportContract on;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    ContractPart(TransportContract on) {
        this.on = on;
    }

    @AfterEach
    void closeAllAndLookForThreads() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        Leaks.awaitNoThreads(TransportContract.SERVER_THREADS);
        Leaks.awaitNoThreads(TransportContract.CLIENT_THREADS);
    }

    <T extends AutoCloseable> T closeLater(T peer) {
        open.push(peer);
        return peer;
    }

    // ---- servers under test -------------------------------------------------------------------------------

    WebSocketServer start(WebSocketServer.Builder builder) throws IOException {
        return closeLater(builder.start());
    }

    /** A server with one endpoint, {@code /}. */
    WebSocketServer serve(WebSocketHandler handler) throws IOException {
        return start(on.server().endpoint("/", handler));
    }

    WebSocketServer serve(WebSocketHandler handler, ConnectionOptions options) throws IOException {
        return start(on.server().endpoint("/", handler).options(options));
    }

    /** A raw peer whose handshake is done. */
    RawSocket rawPeer(WebSocketServer server) throws IOException {
        return rawSocket(server).handshake("/");
    }

    RawSocket rawSocket(WebSocketServer server) throws IOException {
        return closeLater(on.rawClient(server));
    }

    // ---- clients under test -------------------------------------------------------------------------------

    WebSocketClient client() {
        return client(ConnectionOptions.CLIENT);
    }

    WebSocketClient client(ConnectionOptions options) {
        return closeLater(on.client().options(options).build());
    }

    /** A client that connects to a raw server whose side of the connection is the answer. */
    RawSocket rawPeer(WebSocketHandler handler, ConnectionOptions options) throws IOException {
        RawServer server = closeLater(on.rawServer());
        Future<WebSocket> connecting = client(options).connect(request(on.uri(server, "/")), handler);
        RawSocket peer = closeLater(server.accept());
        peer.acceptHandshake();
        within(connecting);
        return peer;
    }

    RawSocket rawPeer(WebSocketHandler handler) throws IOException {
        return rawPeer(handler, ConnectionOptions.CLIENT);
    }

    static ClientRequest request(URI uri) {
        return ClientRequest.of(uri);
    }

    WebSocket connect(WebSocketServer server, WebSocketHandler handler) {
        return within(client().connect(request(on.uri(server, "/")), handler));
    }

    /**
     * Sends more than the queue and all kernels take, to a peer that does not read, and waits until the
     * writer is stuck.
     */
    static void fillAndAwaitStuck(WebSocket ws) {
        ws.send(new byte[40 << 20]);
        Patience.awaitStill(ws::bufferedAmount, TimeUnit.MILLISECONDS.toNanos(150));
    }

    // ---- waiting ------------------------------------------------------------------------------------------

    static <T> T within(Future<T> future) {
        try {
            return future.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("did not complete: " + e, e);
        }
    }

    static Throwable failureOf(Future<?> future) {
        try {
            throw new AssertionError(
                    "completed with " + future.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("did not complete", e);
        }
    }

    static void await(String what, CountDownLatch latch) {
        try {
            if (!latch.await(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS)) {
                throw new AssertionError("waited in vain until " + what);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A test whose peer has to do its part before a limit passes. */
    @FunctionalInterface
    interface Limited {
        /** Returns false if the limit passed too early for the test to show anything. */
        boolean inTime(Duration limit) throws IOException;
    }

    /** Runs a test with a short limit, and again with longer ones while the machine is too slow for it. */
    static void untilInTime(Limited test) throws IOException {
        Duration limit = SHORT;
        while (!test.inTime(limit)) {
            limit = limit.multipliedBy(4);
            assertTrue(limit.compareTo(LONG) < 0, "too late each time");
        }
    }

    /** Answers a Close frame and reads on. After the deadline, the connection has been reset. */
    static RawSocket.End answerAndReadToEnd(RawSocket peer, Frames close) throws IOException {
        try {
            peer.write(close);
        } catch (IOException e) {
            return RawSocket.End.RESET;
        }
        return peer.readToEnd();
    }

    // ---- options and handlers -----------------------------------------------------------------------------

    static ConnectionOptions with(ConnectionOptions options, Timeouts timeouts) {
        return options.withTimeouts(timeouts);
    }

    /** Limits for tests that move tens of megabytes in one message. */
    static ConnectionOptions bigMessages(ConnectionOptions options) {
        return options.withLimits(options.limits().withMaxMessageBytes(64 << 20));
    }

    static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** Sends every message back. */
    static final class Echo implements WebSocketHandler {
        @Override
        public void onText(WebSocket ws, String text) {
            ws.send(text);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            ws.send(payload);
        }
    }
}
