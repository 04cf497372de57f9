package io.duplex.internal.runtime;

import static io.duplex.client.ClientRequests.config;
import static io.duplex.internal.runtime.Memory.UPGRADE;
import static io.duplex.internal.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.CloseInfo;
import io.duplex.Message;
import io.duplex.Statistics;
import io.duplex.WebSocket;
import io.duplex.frame.CloseStatus;
import io.duplex.http.HttpResponse;
import io.duplex.server.Endpoint;
import io.duplex.testkit.CapturedLog;
import io.duplex.testkit.Event;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.OutputState;
import io.duplex.transport.TransportSecurity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A whole server in memory: how many it serves, what it answers without a handler, what it counts, how it
 * stops.
 */
class ServerRuntimeTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private final Memory memory = new Memory();
    private final Recorder recorder =
            new Recorder().on(Event.Text.class, (ws, event) -> ws.send(event.text()));

    @AfterEach
    void close() {
        memory.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String status(String response) {
        return response.substring(9, 12);
    }

    @Test
    void withoutAHandlerPathsAreUnknownOrForWebSockets() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder));
        String upgrade = memory.exchange(memory.dial(server), get("/"));
        assertEquals("426", status(upgrade));
        assertTrue(upgrade.contains("\r\nUpgrade: websocket\r\n"), upgrade);
        assertEquals("404", status(memory.exchange(memory.dial(server), get("/other"))));
        assertEquals(List.of(426, 404), memory.refused);
        assertEquals(Map.of(404, 1L, 426, 1L), server.stats().refusedByStatus());
    }

    @Test
    void withAHandlerOnlyTheUnknownPathOfAnEndpointIsAnsweredForIt() throws Exception {
        memory.http = request -> CompletableFuture.completedStage(
                request.target().path().equals("/page") ? HttpResponse.of(200) : HttpResponse.notFound());
        ServerRuntime server = memory.server(Endpoint.of(recorder));
        assertEquals("200", status(memory.exchange(memory.dial(server), get("/page"))));
        assertEquals("404", status(memory.exchange(memory.dial(server), get("/other"))));
        assertEquals("426", status(memory.exchange(memory.dial(server), get("/"))));
    }

    @Test
    void oneMoreThanTheMaximumIsRefusedAndPlacesComeBack() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder), 2);
        PlainLayer first = memory.dial(server);
        PlainLayer second = memory.dial(server);
        PlainLayer third = memory.dial(server);
        assertEquals("503", status(memory.transport.ask(third::received)));
        assertEquals("101", status(memory.exchange(first, UPGRADE)));
        assertEquals("426", status(memory.exchange(second, get("/"))));
        memory.transport.run(() -> third.end(OutputState.END));
        memory.transport.run(() -> second.end(OutputState.END));
        assertEquals("426", status(memory.exchange(memory.dial(server), get("/"))));
    }

    @Test
    void refusalsUnderWayTakeNobodysPlace() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder), 1);
        PlainLayer first = memory.dial(server);
        assertEquals("503", status(memory.transport.ask(memory.dial(server)::received)));
        memory.transport.run(() -> first.end(OutputState.END));
        assertEquals("426", status(memory.exchange(memory.dial(server), get("/"))));
    }

    @Test
    void tooManyRefusalsUnderWayAreResets() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder), 1);
        PlainLayer last = memory.dial(server);
        for (int i = 0; i < 64; i++) {
            last = memory.dial(server);
            assertEquals("503", status(memory.transport.ask(last::received)));
        }
        PlainLayer oneMore = memory.dial(server);
        assertEquals("", memory.transport.ask(oneMore::received));
        assertEquals("released BROKEN", memory.transport.ask(oneMore::calls).getLast());
    }

    @Test
    void aConnectionThatTlsCannotTakeIsNotCounted() throws Exception {
        TransportSecurity tls = mock();
        when(tls.accepting(any())).thenThrow(new OutOfMemoryError("on purpose"))
                .thenAnswer(call -> call.getArgument(0));
        memory.secure = tls;
        ServerRuntime server = memory.server(Endpoint.of(recorder), 1);
        PlainLayer unlucky = memory.dial(server);
        assertEquals("released BROKEN", memory.transport.ask(unlucky::calls).getLast());
        assertEquals("101", status(memory.exchange(memory.dial(server), UPGRADE)));
    }

    @Test
    void anEndpointWithoutAHandlerForThisRequestGivesServerErrorAndALogLine() throws Exception {
        ServerRuntime server = memory.server(Endpoint.builder().handlers(request -> null).build());
        try (CapturedLog log = new CapturedLog(Level.INFO)) {
            assertEquals("500", status(memory.exchange(memory.dial(server), UPGRADE)));
            assertEquals(List.of("WARNING ! the application failed to answer a request"), log.lines());
            assertNotNull(log.records().getFirst().getThrown());
        }
        assertEquals(Set.of(), server.connections());
    }

    @Test
    void connectionsAreListedAndCountedFromOpenToEnd() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder));
        ClientRuntime client = memory.client();
        Recorder own = new Recorder();
        PlainLayer http = memory.dial(server);
        WebSocket ws = within(client.connect(config(Memory.to(server, "/")), own, null));
        assertEquals(Set.of(recorder.awaitOpen()), server.connections());
        assertEquals(Set.of(ws), client.connections());
        ws.send("hello");
        own.awaitOpen();
        assertEquals("hello", own.awaitText());
        assertEquals(new Statistics(1, 1, Map.of(), Map.of(), 1, 5, 1, 5, 0, 0, server.stats().memory()),
                server.stats());
        ws.close();
        within(ws.closeFuture());
        memory.transport.run(() -> http.end(OutputState.END));
        assertEquals(Set.of(), server.connections());
        assertEquals(
                new Statistics(0, 1, Map.of(1000, 1L), Map.of(), 1, 5, 1, 5, 0, 0, server.stats().memory()),
                server.stats());
        Patience.await("the client forgets it", () -> client.connections().isEmpty());
        assertEquals(Map.of(1000, 1L), client.stats().closedByCode());
    }

    @Test
    void blockingApplicationsGetAThreadEach() throws Exception {
        ServerRuntime server = memory.server(Endpoint.builder().blocking(ws -> {
            for (Message message; (message = ws.receive()) != null;) {
                ws.sendAsync(message);
            }
        }).build());
        Recorder own = new Recorder();
        WebSocket ws = within(memory.client().connect(config(Memory.to(server, "/")), own, null));
        own.awaitOpen();
        ws.send("echo");
        assertEquals("echo", own.awaitText());
        ws.close();
        assertTrue(within(ws.closeFuture()).clean());
    }

    @Test
    void stopTellsTheOpenOnesAndWaitsForThem() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder));
        Recorder own = new Recorder();
        within(memory.client().connect(config(Memory.to(server, "/")), own, null));
        memory.dial(server);
        PlainLayer idle = memory.dial(server);
        FutureTask<Void> stop = new FutureTask<>(() -> {
            server.stop(LONG);
            return null;
        });
        Thread.ofVirtual().start(stop);
        CloseInfo info = own.skipToClosed();
        assertEquals(Optional.of(new CloseStatus(1001, "server stops")), info.received());
        // Peers that asked for nothing are closed without waiting for their FIN.
        within(stop);
        assertTrue(memory.transport.ask(idle::calls).contains("end"));
        server.stop(Duration.ZERO);
        assertEquals("released NOT_CONNECTED", memory.transport.ask(memory.dial(server)::calls).getLast());
    }

    @Test
    void stopResetsAtItsDeadline() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder));
        PlainLayer idle = memory.dial(server);
        memory.exchange(idle, UPGRADE);
        recorder.awaitOpen();
        server.stop(Duration.ofMillis(1));
        assertEquals("released BROKEN", memory.transport.ask(idle::calls).getLast());
        CloseInfo info = recorder.skipToClosed();
        assertEquals(Optional.of(new CloseStatus(1001, "server stops")), info.sent());
        assertEquals(Set.of(), server.connections());
    }

    @Test
    void interruptedStopResetsAtOnce() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(recorder));
        PlainLayer idle = memory.dial(server);
        memory.exchange(idle, UPGRADE);
        FutureTask<Void> stop = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> server.stop(LONG));
            Thread.interrupted();
            return null;
        });
        Thread.ofPlatform().start(stop);
        within(stop);
        assertEquals("released BROKEN", memory.transport.ask(idle::calls).getLast());
    }
}
