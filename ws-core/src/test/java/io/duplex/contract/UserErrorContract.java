package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.Authorization;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Errors, not exceptions, out of everything that users write: they cost the connection concerned, and no
 * other.
 */
abstract class UserErrorContract extends ContractPart {
    /** Errors of the kinds that a virtual machine throws, each time the next one. */
    private static final List<Supplier<Error>> ERRORS = List.of(() -> new StackOverflowError("secret"),
            () -> new OutOfMemoryError("secret"), () -> new NoClassDefFoundError("secret"),
            () -> new AssertionError("secret"));

    /** A method of the listener. */
    enum Told {
        OPENED, RECEIVED, SENT, OVERFLOWED
    }

    private WebSocketServer server;

    UserErrorContract(TransportContract on) {
        super(on);
    }

    static Stream<Arguments> callbacks() {
        return Stream.of(Arguments.of(Event.Opened.class, Frames.text("a")),
                Arguments.of(Event.Text.class, Frames.text("a")),
                Arguments.of(Event.Binary.class, Frames.binary((byte) 1)),
                Arguments.of(Event.TextPart.class, Frames.text("a")),
                Arguments.of(Event.BinaryPart.class, Frames.binary((byte) 1)),
                Arguments.of(Event.Ping.class, Frames.ping("a")),
                Arguments.of(Event.Pong.class, Frames.pong("a")));
    }

    private static Recorder throwing(Class<? extends Event> kind, Supplier<Error> error) {
        boolean parts = kind == Event.TextPart.class || kind == Event.BinaryPart.class;
        return new Recorder(parts ? Delivery.PARTS : Delivery.WHOLE).on(kind, (ws, event) -> {
            throw error.get();
        });
    }

    /** A server with that endpoint at {@code /}, and another one for the others, which are there already. */
    private void serveBeside(WebSocketServer.Builder builder, Endpoint endpoint) throws IOException {
        server = start(builder.endpoint("/", endpoint).endpoint("/other", new Echo()));
        for (int i = 0; i < others.length; i++) {
            others[i] = rawSocket(server).handshake("/other");
        }
    }

    /** As many as that every loop of the transport has one. */
    private final RawSocket[] others = new RawSocket[4];

    private void assertOthersAreServed() throws IOException {
        for (RawSocket other : others) {
            other.write(Frames.text("alive").mask());
            assertEquals("alive", other.readFrame().text());
        }
        RawSocket another = rawSocket(server).handshake("/other");
        another.write(Frames.text("new").mask());
        assertEquals("new", another.readFrame().text());
    }

    private static void assertInternalError(RawSocket peer) throws IOException {
        RawFrame frame = peer.readToClose();
        assertEquals(1011, frame.closeCode());
        assertEquals("internal error", frame.closeReason());
        peer.close();
    }

    @ParameterizedTest
    @MethodSource("callbacks")
    @DisplayName("3.7 an error of any kind out of any callback costs its connection: 1011")
    void errorsInCallbacks(Class<? extends Event> kind, Frames frame) throws IOException {
        for (Supplier<Error> error : ERRORS) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Recorder recorder = throwing(kind, () -> {
                thrown.complete(error.get());
                return (Error) within(thrown);
            });
            serveBeside(on.server(), Endpoint.of(recorder));
            RawSocket peer = rawPeer(server);
            peer.write(frame.mask());
            assertInternalError(peer);
            CloseInfo info = recorder.skipToClosed();
            assertSame(within(thrown), info.cause().orElseThrow());
            assertEquals(1011, info.sent().orElseThrow().code());
            assertOthersAreServed();
        }
    }

    @Test
    @DisplayName("3.7 the listener hears whether the application threw or the peer failed")
    void originOfAFailure() throws IOException, InterruptedException {
        LinkedBlockingQueue<FailureOrigin> origins = new LinkedBlockingQueue<>();
        WebSocketServer judged = start(on.server().listener(new ConnectionListener() {
            @Override
            public void failed(WebSocket ws, FailureOrigin origin, Throwable cause) {
                origins.add(origin);
            }
        }).endpoint("/", new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) throws IOException {
                throw new IOException("out of the application");
            }
        }));
        RawSocket peer = rawPeer(judged);
        peer.write(Frames.text("a").mask());
        assertInternalError(peer);
        assertEquals(FailureOrigin.APPLICATION, origins.poll(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        RawSocket breaking = rawPeer(judged);
        breaking.write(Frames.of(3).mask());
        assertEquals(1002, breaking.readToClose().closeCode());
        assertEquals(FailureOrigin.PEER, origins.poll(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        rawPeer(judged).reset();
        assertEquals(FailureOrigin.PEER, origins.poll(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
    }

    @Test
    @DisplayName("3.7 a callback that recurses without end costs its connection: 1011")
    void endlessRecursion() throws IOException {
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, event) -> recurse(1));
        serveBeside(on.server(), Endpoint.of(recorder));
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("a").mask());
        assertInternalError(peer);
        assertTrue(recorder.skipToClosed().cause().orElseThrow() instanceof StackOverflowError);
        assertOthersAreServed();
    }

    private static long recurse(long depth) {
        return depth + recurse(depth + 1);
    }

    @Test
    @DisplayName("3.7 an error out of onError and onClose affects no other connection")
    void errorsInTheLastCallbacks() throws IOException {
        Recorder recorder =
                throwing(Event.Failed.class, ERRORS.get(0)).on(Event.Closed.class, (ws, event) -> {
                    throw ERRORS.get(1).get();
                });
        serveBeside(on.server(), Endpoint.of(recorder));
        RawSocket peer = rawPeer(server);
        WebSocket ws = recorder.awaitOpen();
        peer.reset();
        recorder.awaitError();
        recorder.awaitClosed();
        within(ws.closeFuture());
        assertOthersAreServed();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("3.7 an error out of the listener costs the connection that it was told of: 1011")
    void errorsInTheListener(Told method) throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class)
                .on(Event.Text.class, (ws, event) -> {
                    ws.send("b");
                    ws.send(new byte[method == Told.OVERFLOWED ? 40 << 20 : 1]);
                    ws.send("c");
                });
        ConnectionOptions options =
                ConnectionOptions.SERVER.withSendQueue(ConnectionOptions.SERVER.sendQueue()
                        .withLimitBytes(1 << 20)
                        .withOverflow(OverflowPolicy.DROP));
        serveBeside(on.server().listener(new ThrowingListener(method)),
                Endpoint.builder().handler(recorder).options(options).build());
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("a").mask());
        assertInternalError(peer);
        assertEquals("secret", recorder.skipToClosed().cause().orElseThrow().getMessage());
        assertOthersAreServed();
    }

    /**
     * Throws out of one of its methods for the connections to {@code /}, and out of those that tell of the
     * end for all.
     */
    private record ThrowingListener(Told method) implements ConnectionListener {
        private void told(Told what, WebSocket ws) {
            if (what == method && ws.request().target().equals("/")) {
                throw ERRORS.get(what.ordinal()).get();
            }
        }

        @Override
        public void opened(WebSocket ws) {
            told(Told.OPENED, ws);
        }

        @Override
        public void received(WebSocket ws, boolean text, long bytes) {
            told(Told.RECEIVED, ws);
        }

        @Override
        public void sent(WebSocket ws, boolean text, long bytes) {
            told(Told.SENT, ws);
        }

        @Override
        public void overflowed(WebSocket ws, OverflowPolicy policy) {
            told(Told.OVERFLOWED, ws);
        }

        @Override
        public void failed(WebSocket ws, Throwable cause) {
            throw new AssertionError("in failed");
        }

        @Override
        public void closed(WebSocket ws, CloseInfo info) {
            throw new AssertionError("in closed");
        }

        @Override
        public void refused(Refusal refusal) {
            throw new AssertionError("in refused");
        }
    }

    @Test
    @DisplayName("3.7 an error out of the listener's refused spoils neither the response nor another "
            + "connection")
    void errorsWhenTheListenerHearsOfARefusal() throws IOException {
        serveBeside(on.server().listener(new ThrowingListener(Told.OPENED)), Endpoint.of(new Recorder()));
        assertEquals(404, ask("/nowhere"));
        assertOthersAreServed();
    }

    @Test
    @DisplayName("3.7 an error out of the authorizer, at once or later, is answered with 500")
    void errorsInTheAuthorizer() throws IOException {
        for (Supplier<Error> error : ERRORS) {
            serveBeside(on.server()
                    .endpoint("/later", Endpoint.builder()
                            .handler(new Echo())
                            .authorizer(request -> CompletableFuture.<Authorization>supplyAsync(() -> {
                                throw error.get();
                            }))
                            .build()),
                    Endpoint.builder().handler(new Echo()).authorizer(request -> {
                        throw error.get();
                    }).build());
            assertEquals(500, ask("/"));
            assertEquals(500, ask("/later"));
            assertOthersAreServed();
        }
    }

    @Test
    @DisplayName("3.7 an error where the handler is made or says how it wants its messages is answered "
            + "with 500")
    void errorsInTheHandlerFactory() throws IOException {
        for (Supplier<Error> error : ERRORS) {
            serveBeside(on.server().endpoint("/delivery", new WebSocketHandler() {
                @Override
                public Delivery delivery() {
                    throw error.get();
                }
            }), Endpoint.builder().handlers(request -> {
                throw error.get();
            }).build());
            assertEquals(500, ask("/"));
            assertEquals(500, ask("/delivery"));
            assertOthersAreServed();
        }
    }

    @Test
    @DisplayName("3.7 an error out of the HTTP handler is answered with 500")
    void errorsInTheHttpHandler() throws IOException {
        for (Supplier<Error> error : ERRORS) {
            serveBeside(on.server().http(request -> {
                throw error.get();
            }), Endpoint.of(new Echo()));
            RawSocket peer = rawSocket(server);
            peer.write("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
            assertEquals(500, peer.readHead().status());
            assertOthersAreServed();
        }
    }

    private int ask(String path) throws IOException {
        RawSocket peer = rawSocket(server);
        peer.write(RawSocket.request(path));
        int status = peer.readHead().status();
        peer.close();
        return status;
    }
}
