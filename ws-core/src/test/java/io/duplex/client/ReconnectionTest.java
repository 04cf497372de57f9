package io.duplex.client;

import static io.duplex.internal.runtime.Memory.failureOf;
import static io.duplex.internal.runtime.Memory.to;
import static io.duplex.internal.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ReconnectPolicy.Context;
import io.duplex.internal.runtime.ClientRuntime;
import io.duplex.internal.runtime.Memory;
import io.duplex.internal.runtime.ServerRuntime;
import io.duplex.server.Endpoint;
import io.duplex.testkit.Event;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection that is made again: what the policy is asked, when it ends, and stopping at each point. */
class ReconnectionTest {
    private static final ClientRequest NOBODY = ClientRequest.of(URI.create("ws://127.0.0.1:9/"));
    private static final Duration MILLI = Duration.ofMillis(1);
    private final Memory memory = new Memory();
    private final ClientRuntime client = memory.client();
    private final Recorder atServer = new Recorder();
    private final List<Context> asked = new CopyOnWriteArrayList<>();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final ReconnectPolicy quick = ReconnectPolicy.DEFAULT.withDelays(MILLI, MILLI)
            .withRetryIf(attempt -> {
                asked.add(attempt);
                return attempt.promising();
            });

    @AfterEach
    void close() {
        memory.close();
    }

    private Reconnection loop(ClientRequest request, ReconnectPolicy policy) {
        return loop(attempt -> request, policy);
    }

    private Reconnection loop(RequestFactory requests, ReconnectPolicy policy) {
        return new Reconnection(client, requests, new WebSocketHandler() {}, policy,
                (attempt, delay) -> delays.add(delay), nanos::get).start();
    }

    private ReconnectPolicy growing(int attempts) {
        return quick.withDelays(MILLI, Duration.ofMillis(8)).withJitter(0).withMaxAttempts(attempts);
    }

    private static List<Duration> millis(long... millis) {
        return LongStream.of(millis).mapToObj(Duration::ofMillis).toList();
    }

    private WebSocket awaitCurrent(Reconnection loop) {
        Patience.await("it is connected", () -> loop.current().isPresent());
        return loop.current().orElseThrow();
    }

    @Test
    void attemptsAreNumberedAndGivenUpAtTheirMaximum() {
        Context last = within(loop(NOBODY, quick.withMaxAttempts(3)).givenUp());
        assertEquals(4, last.number());
        assertEquals(List.of(1, 2, 3), asked.stream().map(Context::number).toList());
        Context.AfterFailure failure = assertInstanceOf(Context.AfterFailure.class, last);
        assertInstanceOf(ConnectException.class, failure.cause());
        for (int i = 1; i < asked.size(); i++) {
            assertTrue(asked.get(i).elapsed().compareTo(asked.get(i - 1).elapsed()) >= 0, asked.toString());
        }
    }

    @Test
    void whatIsNotPromisingIsNotTriedAgain() throws Exception {
        ServerRuntime server = memory.server(Endpoint.of(atServer));
        Reconnection loop = loop(to(server, "/none"), quick);
        assertEquals(1, within(loop.givenUp()).number());
        assertEquals(Optional.empty(), loop.current());
    }

    private ServerRuntime closing(int code, WebSocketHandler before) throws Exception {
        return memory.server(Endpoint.of(new Recorder().on(Event.Opened.class, (ws, event) -> {
            before.onOpen(ws);
            ws.close(code, "");
        })));
    }

    @Test
    void aServerThatAcceptsAndClosesMeetsGrowingDelays() throws Exception {
        ServerRuntime server = closing(1001, new WebSocketHandler() {});
        Reconnection loop = loop(to(server, "/"), growing(5));
        assertEquals(6, within(loop.givenUp()).number());
        assertEquals(millis(1, 2, 4, 8, 8), delays);
        assertEquals(6, client.stats().opened());
    }

    private static WebSocketHandler greeting() {
        return new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.send("hello");
            }
        };
    }

    @Test
    void aConnectionThatReceivedAMessageBeginsTheCountAgain() throws Exception {
        ServerRuntime server = closing(1001, greeting());
        Reconnection loop = loop(to(server, "/"), growing(5).withRetryIf(attempt -> {
            asked.add(attempt);
            return asked.size() < 3;
        }));
        Context.AfterClose last = assertInstanceOf(Context.AfterClose.class, within(loop.givenUp()));
        assertEquals(1001, last.info().code());
        assertEquals(List.of(1, 1, 1), asked.stream().map(Context::number).toList());
        assertEquals(millis(1, 1), delays);
        assertEquals(Optional.empty(), loop.current());
        assertEquals(3, client.stats().opened());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1012, 1013 })
    void aServerThatAsksForPatienceMeetsGrowingDelays(int code) throws Exception {
        ServerRuntime server = closing(code, greeting());
        within(loop(to(server, "/"), growing(4)).givenUp());
        assertEquals(millis(1, 2, 4, 8), delays);
    }

    @Test
    void aConnectionThatLastedBeginsTheCountAgain() throws Exception {
        Duration reset = Duration.ofSeconds(3);
        ServerRuntime server = closing(1012, new WebSocketHandler() {});
        // Each look at the clock is a reset later than the one before.
        Reconnection loop = new Reconnection(client, attempt -> to(server, "/"), new WebSocketHandler() {},
                growing(9).withResetAfter(reset).withRetryIf(attempt -> {
                    asked.add(attempt);
                    return asked.size() < 4;
                }), (attempt, delay) -> delays.add(delay), () -> nanos.addAndGet(reset.toNanos())).start();
        assertEquals(1, within(loop.givenUp()).number());
        assertEquals(millis(1, 1, 1), delays);
    }

    @Test
    void eachAttemptHasARequestOfItsOwn() throws Exception {
        List<String> tokens = new CopyOnWriteArrayList<>();
        List<Integer> numbers = new CopyOnWriteArrayList<>();
        ServerRuntime server =
                memory.server(Endpoint.of(new Recorder().on(Event.Opened.class, (ws, event) -> {
                    tokens.add(ws.request().headers().first("X-Token").orElseThrow());
                    ws.close(1012, "");
                })));
        Reconnection loop = loop(attempt -> {
            numbers.add(attempt.map(Context::number).orElse(0));
            return to(server, "/").toBuilder().header("X-Token", "t" + numbers.size()).build();
        }, growing(2));
        within(loop.givenUp());
        assertEquals(List.of("t1", "t2", "t3"), tokens);
        assertEquals(List.of(0, 1, 2), numbers);
    }

    @Test
    void aRequestThatCannotBeMadeIsAFailedAttempt() {
        Reconnection loop = loop(attempt -> {
            throw new IOException("no token");
        }, growing(2));
        assertEquals("no token", within(loop.givenUp()).reason());
        assertEquals(millis(1, 2), delays);
        Reconnection broken = loop(attempt -> {
            throw new IllegalStateException("a bug");
        }, growing(2));
        assertEquals(1, within(broken.givenUp()).number());
    }

    @Test
    void aListenerThatThrowsEndsNothing() {
        Reconnection loop =
                new Reconnection(client, attempt -> NOBODY, new WebSocketHandler() {}, growing(2),
                        (attempt, delay) -> {
                            throw new IllegalStateException("listener");
                        }, nanos::get).start();
        assertEquals(3, within(loop.givenUp()).number());
    }

    @Test
    void aPolicyThatThrowsEndsTheLoopWithIt() {
        Reconnection loop = loop(NOBODY, quick.withRetryIf(attempt -> {
            throw new IllegalStateException("policy");
        }));
        assertEquals("policy", failureOf(loop.givenUp()).getMessage());
    }

    @Test
    void stopWhileItWaitsCancels() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Reconnection loop = loop(NOBODY,
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
        Reconnection loop = loop(to(server, "/"), quick);
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
        Reconnection loop = loop(ClientRequest.of(URI.create("ws://127.0.0.1:84/")), quick);
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
        Reconnection loop = loop(NOBODY, quick.withDelays(Duration.ofDays(1), Duration.ofDays(1)));
        loop.givenUp().cancel(false);
        assertTrue(!loop.givenUp().isDone());
        loop.stop();
    }
}
