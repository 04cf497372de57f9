package io.duplex.internal.runtime;

import static io.duplex.client.ClientRequests.config;
import static io.duplex.internal.runtime.Memory.failureOf;
import static io.duplex.internal.runtime.Memory.to;
import static io.duplex.internal.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.HandshakeException;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.frame.CloseStatus;
import io.duplex.http.HttpResponse;
import io.duplex.server.Authorization;
import io.duplex.server.Endpoint;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole client in memory: how attempts end, redirects, cancelling, closing. */
class ClientRuntimeTest {
    private final Memory memory = new Memory();
    private final ClientRuntime client = memory.client();
    private final Recorder recorder = new Recorder();
    private final Recorder atServer = new Recorder();

    @AfterEach
    void close() {
        memory.close();
    }

    private CompletableFuture<WebSocket> connect(ClientRequest request) {
        return client.connect(config(request), recorder, null);
    }

    private CompletableFuture<WebSocket> connect(String uri) {
        return connect(ClientRequest.of(URI.create(uri)));
    }

    private static Endpoint redirectingTo(String location) {
        return Endpoint.builder()
                .handler(new Recorder())
                .authorizer(request -> CompletableFuture.completedStage(
                        new Authorization.Refused(HttpResponse.of(302).header("Location", location))))
                .build();
    }

    private static String uri(ServerRuntime server) {
        return to(server, "/").uri().toString();
    }

    /** A server that takes connections and says what a test says. */
    private PlainLayer silentServer(int port) throws IOException {
        PlainLayer layer = new PlainLayer();
        memory.transport.listen(new InetSocketAddress("127.0.0.1", port),
                new TransportSettings("silent", true), (remote, nanoTime) -> Optional.of(layer));
        return layer;
    }

    private void awaitRequest(PlainLayer server) {
        Patience.await("the request is there",
                () -> memory.transport.ask(server::received).endsWith("\r\n\r\n"));
    }

    @Test
    void opens() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        WebSocket ws = within(connect(to(server, "/")));
        assertEquals(recorder.awaitOpen(), ws);
        assertEquals(Set.of(ws), client.connections());
        assertEquals(1, client.stats().open());
    }

    @Test
    void nobodyThereIsTold() {
        assertEquals("Connection refused: /127.0.0.1:9",
                assertInstanceOf(IOException.class, failureOf(connect("ws://127.0.0.1:9/"))).getMessage());
    }

    @Test
    void unknownHostIsNamed() {
        Throwable failure = failureOf(connect("ws://nobody.invalid/"));
        assertEquals("unknown host: nobody.invalid", failure.getMessage());
        assertInstanceOf(UnknownHostException.class, failure);
    }

    @Test
    void wssNeedsTls() {
        HandshakeException failure = assertInstanceOf(HandshakeException.class,
                failureOf(connect("wss://127.0.0.1/")));
        assertTrue(failure.getMessage().contains("needs TLS"), failure.getMessage());
    }

    @Test
    void refusalIsToldWithItsResponse() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        HandshakeException failure = assertInstanceOf(HandshakeException.class,
                failureOf(connect(to(server, "/none"))));
        assertEquals(404, failure.response().orElseThrow().status());
        assertTrue(new String(failure.body()).startsWith("404 Not Found"));
        recorder.assertNothingElse();
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        ServerRuntime second = memory.server(redirectingTo(uri(server)));
        ServerRuntime first = memory.server(redirectingTo(uri(second)));
        WebSocket ws = within(connect(to(first, "/")));
        assertEquals(recorder.awaitOpen(), ws);
        atServer.awaitOpen();
    }

    @Test
    void redirectsEndAtTheirNumber() throws Exception {
        ServerRuntime loop = memory.server(redirectingTo("/"));
        HandshakeException failure = assertInstanceOf(HandshakeException.class,
                failureOf(connect(to(loop, "/"))));
        assertEquals(302, failure.response().orElseThrow().status());
    }

    @Test
    void failureBehindARedirectIsTold() throws Exception {
        ServerRuntime first = memory.server(redirectingTo("ws://127.0.0.1:9/"));
        assertInstanceOf(IOException.class, failureOf(connect(to(first, "/"))));
    }

    @Test
    void cancellingGivesTheAttemptUp() throws Exception {
        PlainLayer server = silentServer(81);
        CompletableFuture<WebSocket> opening = connect("ws://127.0.0.1:81/");
        awaitRequest(server);
        opening.cancel(false);
        assertEquals("released BROKEN", memory.transport.ask(server::calls).getLast());
        recorder.assertNothingElse();
    }

    @Test
    void cancellingBehindARedirectGivesTheAttemptUp() throws Exception {
        PlainLayer server = silentServer(82);
        ServerRuntime first = memory.server(redirectingTo("ws://127.0.0.1:82/"));
        CompletableFuture<WebSocket> opening = connect(to(first, "/"));
        awaitRequest(server);
        opening.cancel(false);
        assertEquals("released BROKEN", memory.transport.ask(server::calls).getLast());
        recorder.assertNothingElse();
    }

    @Test
    void closeTellsTheServersAndWaits() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        WebSocket ws = within(connect(to(server, "/")));
        client.close(Duration.ofSeconds(60));
        assertTrue(ws.closeFuture().isDone());
        CloseInfo info = atServer.skipToClosed();
        assertEquals(Optional.of(new CloseStatus(1001, "client stops")), info.received());
        assertInstanceOf(IOException.class, failureOf(connect(to(server, "/"))));
        client.close(Duration.ZERO);
    }

    @Test
    void closeResetsAtItsDeadlineAndEndsHandshakes() throws Exception {
        PlainLayer server = silentServer(83);
        CompletableFuture<WebSocket> opening = connect("ws://127.0.0.1:83/");
        awaitRequest(server);
        client.close(Duration.ofMillis(1));
        assertInstanceOf(IOException.class, failureOf(opening));
        assertEquals("released BROKEN", memory.transport.ask(server::calls).getLast());
    }

    @Test
    void closeResetsWhatDoesNotEnd() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        WebSocket ws = within(connect(to(server, "/")));
        // A server that reads no more.
        atServer.awaitOpen().pause();
        client.close(Duration.ofMillis(1));
        assertFalse(within(ws.closeFuture()).clean());
    }

    @Test
    void interruptedCloseResetsAtOnce() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        WebSocket ws = within(connect(to(server, "/")));
        atServer.awaitOpen().pause();
        FutureTask<Boolean> close = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            try {
                client.close(Duration.ofSeconds(60));
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        Thread.ofPlatform().start(close);
        assertTrue(within(close));
        assertFalse(within(ws.closeFuture()).clean());
    }
}
