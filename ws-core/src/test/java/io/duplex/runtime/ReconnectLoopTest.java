package io.duplex.runtime;

import static io.duplex.runtime.Memory.failureOf;
import static io.duplex.runtime.Memory.to;
import static io.duplex.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ClientRequest;
import io.duplex.Endpoint;
import io.duplex.ReconnectPolicy;
import io.duplex.ReconnectPolicy.Attempt;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.testkit.Event;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TransportSettings;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection that is made again: what the policy is asked, when it ends, and stopping at each point. */
class ReconnectLoopTest {
    private static final ClientRequest NOBODY = ClientRequest.of(URI.create("ws://127.0.0.1:9/"));
    private static final Duration MILLI = Duration.ofMillis(1);
    private final Memory memory = new Memory();
    private final ClientRuntime client = memory.client();
    private final Recorder atServer = new Recorder();
    private final List<Attempt> asked = new CopyOnWriteArrayList<>();
    private final ReconnectPolicy quick = ReconnectPolicy.DEFAULT.withDelays(MILLI, MILLI)
            .withRetryIf(attempt -> {
                asked.add(attempt);
                return attempt.promising();
            });

    @AfterEach
    void close() {
        memory.close();
    }

    private ReconnectLoop loop(ClientRequest request, ReconnectPolicy policy) {
        return new ReconnectLoop(client, request, new WebSocketHandler() {}, policy).start();
    }

    private WebSocket awaitCurrent(ReconnectLoop loop) {
        Patience.await("it is connected", () -> loop.current().isPresent());
        return loop.current().orElseThrow();
    }

    @Test
    void attemptsAreNumberedAndGivenUpAtTheirMaximum() {
        Attempt last = within(loop(NOBODY, quick.withMaxAttempts(3)).givenUp());
        assertEquals(4, last.number());
        assertEquals(List.of(1, 2, 3), asked.stream().map(Attempt::number).toList());
        Attempt.AfterFailure failure = assertInstanceOf(Attempt.AfterFailure.class, last);
        assertInstanceOf(ConnectException.class, failure.cause());
        for (int i = 1; i < asked.size(); i++) {
            assertTrue(asked.get(i).elapsed().compareTo(asked.get(i - 1).elapsed()) >= 0, asked.toString());
        }
    }

    @Test
    void whatIsNotPromisingIsNotTriedAgain() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        ReconnectLoop loop = loop(to(server, "/none"), quick);
        assertEquals(1, within(loop.givenUp()).number());
        assertEquals(Optional.empty(), loop.current());
    }

    @Test
    void aConnectionThatHeldBeginsTheCountAgain() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(
                new Recorder().on(Event.Opened.class, (ws, event) -> ws.close(1012, "restart"))));
        ReconnectLoop loop = loop(to(server, "/"), quick.withRetryIf(attempt -> {
            asked.add(attempt);
            return asked.size() < 3;
        }));
        Attempt.AfterClose last = assertInstanceOf(Attempt.AfterClose.class, within(loop.givenUp()));
        assertEquals(1012, last.info().code());
        assertEquals(List.of(1, 1, 1), asked.stream().map(Attempt::number).toList());
        assertEquals(Optional.empty(), loop.current());
        assertEquals(3, client.stats().opened());
    }

    @Test
    void aPolicyThatThrowsEndsTheLoopWithIt() {
        ReconnectLoop loop = loop(NOBODY, quick.withRetryIf(attempt -> {
            throw new IllegalStateException("policy");
        }));
        assertEquals("policy", failureOf(loop.givenUp()).getMessage());
    }

    @Test
    void stopWhileItWaitsCancels() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        ReconnectLoop loop = loop(NOBODY,
                quick.withDelays(Duration.ofDays(1), Duration.ofDays(1)).withRetryIf(attempt -> {
                    waiting.countDown();
                    return true;
                }));
        assertTrue(waiting.await(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        loop.stop();
        assertTrue(loop.givenUp().isCancelled());
        assertThrows(CancellationException.class, () -> loop.givenUp().get());
        loop.stop();
    }

    @Test
    void stopWhileConnectedLetsTheConnectionLive() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        ReconnectLoop loop = loop(to(server, "/"), quick);
        WebSocket ws = awaitCurrent(loop);
        loop.stop();
        assertTrue(loop.givenUp().isCancelled());
        ws.send("alive");
        atServer.awaitOpen();
        assertEquals("alive", atServer.awaitText());
        atServer.webSocket().close(1012, "");
        within(ws.closeFuture());
        assertEquals(List.of(), asked);
    }

    @Test
    void stopWhileConnectingGivesTheAttemptUp() throws Exception {
        PlainLayer server = new PlainLayer();
        memory.transport.listen(new InetSocketAddress("127.0.0.1", 84),
                new TransportSettings("silent", true),
                (remote, nanoTime) -> Optional.of(server));
        ReconnectLoop loop = loop(ClientRequest.of(URI.create("ws://127.0.0.1:84/")), quick);
        Patience.await("the request is there",
                () -> memory.transport.ask(server::received).endsWith("\r\n\r\n"));
        loop.stop();
        Patience.await("the attempt is given up",
                () -> memory.transport.ask(server::calls).contains("released BROKEN"));
        assertEquals(Optional.empty(), loop.current());
        assertEquals(0, client.stats().opened());
    }

    @Test
    void callersCannotEndTheLoopByTheirFuture() {
        ReconnectLoop loop = loop(NOBODY, quick.withDelays(Duration.ofDays(1), Duration.ofDays(1)));
        loop.givenUp().cancel(false);
        assertTrue(!loop.givenUp().isDone());
        loop.stop();
    }
}
