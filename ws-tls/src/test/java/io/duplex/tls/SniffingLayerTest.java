package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.Recorder;
import io.duplex.transport.ByteLayer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code ws} and {@code wss} on one port. */
class SniffingLayerTest {
    private final MemoryTransport network = new MemoryTransport();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private WebSocketServer server() throws IOException {
        return WebSocketServer.builder()
                .transport(network)
                .bind("127.0.0.1", 0)
                .secure(Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3").acceptClear(true)))
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onOpen(WebSocket ws) {
                        ws.send("secure: " + ws.secure() + ' ' + ws.tlsSession().isPresent());
                    }
                })
                .start();
    }

    @Test
    void theFirstByteTellsTlsFromClear() throws Exception {
        try (WebSocketServer server = server();
                WebSocketClient client = WebSocketClient.builder()
                        .transport(network)
                        .secure(Peers.tls(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3")))
                        .build()) {
            try (WebSocket ws = client.connect(server.uri("/"))) {
                assertEquals(new Message.Text("secure: true true"), ws.receive());
            }
            try (WebSocket ws = client.connect(URI.create("ws://127.0.0.1:" + server.port() + "/"))) {
                assertEquals(new Message.Text("secure: false false"), ws.receive());
            }
        }
    }

    @Test
    void nothingOfItIsLeftOnTheStackOfAMessage() throws Exception {
        CompletableFuture<Long> clear = new CompletableFuture<>();
        CompletableFuture<Long> tls = new CompletableFuture<>();
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(network)
                .bind("127.0.0.1", 0)
                .secure(Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3").acceptClear(true)))
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket ws, String text) {
                        (ws.secure() ? tls : clear).complete(
                                StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                                        .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                                                .filter(ByteLayer.class::isAssignableFrom)
                                                .distinct()
                                                .count()));
                    }
                })
                .start();
                WebSocketClient client = WebSocketClient.builder()
                        .transport(network)
                        .secure(Peers.tls(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3")))
                        .build()) {
            client.connect(server.uri("/")).send("x");
            assertEquals(2, tls.get());
            client.connect(URI.create("ws://127.0.0.1:" + server.port() + "/")).send("x");
            assertEquals(1, clear.get());
        }
    }

    @Test
    void whoSaysNothingIsGoneAtTheDeadline() throws Exception {
        try (WebSocketServer server = server()) {
            var silent = network.dial(server.address());
            network.advance(Duration.ofSeconds(25));
            assertTrue(network.ask(silent::calls)
                    .stream()
                    .anyMatch(call -> call.equals("end")
                            || call.startsWith("failure")),
                    silent.calls().toString());
        }
    }

    @Test
    void aStopDoesNotWaitForWhoSaysNothing() throws Exception {
        WebSocketServer server = server();
        network.dial(server.address());
        server.stop(Duration.ofNanos(Recorder.WAIT_NANOS));
        Leaks.awaitNoThreads("duplex-server");
        assertTrue(server.connections().isEmpty());
    }
}
