package io.duplex.internal.runtime;

import static io.duplex.client.ClientRequests.config;
import static io.duplex.internal.runtime.Memory.failureOf;
import static io.duplex.internal.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.HandshakeException;
import io.duplex.HandshakeTimeoutException;
import io.duplex.ProxyException;
import io.duplex.ProxyServer;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.client.DialOptions;
import io.duplex.client.HostResolver;
import io.duplex.client.ProxyPolicy;
import io.duplex.server.Endpoint;
import io.duplex.testkit.Patience;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a client tries the addresses of a host (RFC 8305), in memory and on a virtual clock. */
class ConnectRaceTest {
    private static final InetAddress A = address("192.0.2.1");
    private static final InetAddress B = address("192.0.2.2");
    private static final InetAddress C = address("2001:db8::3");
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration DELAY = DialOptions.DEFAULT.attemptDelay();

    private final Memory memory = new Memory();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        memory.close();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private ClientRuntime client(DialOptions dial, HostResolver resolver) {
        return memory.client(ClientRequests.routing(ProxyPolicy.none(), resolver, dial));
    }

    private ClientRuntime client(InetAddress... addresses) {
        return client(DialOptions.DEFAULT, host -> List.of(addresses));
    }

    private CompletableFuture<WebSocket> connect(ClientRuntime client, int port) {
        return client.connect(config(ClientRequest.of(URI.create("ws://many.example:" + port + "/"))),
                recorder,
                null);
    }

    private int port() throws IOException {
        return ((InetSocketAddress) memory.server(Endpoint.of(new Recorder())).address()).getPort();
    }

    private void assertDialled(InetAddress... addresses) {
        assertEquals(Stream.of(addresses).map(InetAddress::getHostAddress).toList(),
                memory.transport.dialled()
                        .stream()
                        .map(address -> ((InetSocketAddress) address).getAddress().getHostAddress())
                        .toList());
    }

    /** Waits for the resolver's thread. */
    private void awaitFirstAttempt() {
        Patience.await("the first attempt", () -> !memory.transport.dialled().isEmpty());
        memory.transport.run(() -> {
            // It was attached then.
        });
    }

    /** In steps: what an attempt starts is attached between them. */
    private void pass(Duration time) {
        Duration left = time;
        while (left.isPositive()) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            memory.transport.advance(step);
            memory.transport.run(() -> {
                // The next attempt was attached then.
            });
            left = left.minus(step);
        }
    }

    @Test
    void theFirstAddressThatAnswersIsEnough() throws Exception {
        within(connect(client(A, B), port()));
        pass(Duration.ofSeconds(1));
        assertDialled(A);
    }

    @Test
    void aRefusedAddressMakesRoomForTheNextAtOnce() throws Exception {
        memory.transport.refuse(A);
        within(connect(client(A, B), port()));
        assertDialled(A, B);
    }

    @Test
    void aSilentAddressHasTheDelayBeforeTheNextIsTriedBesidesIt() throws Exception {
        memory.transport.silence(A);
        CompletableFuture<WebSocket> opening = connect(client(A, B), port());
        awaitFirstAttempt();
        pass(DELAY.minusNanos(1));
        assertDialled(A);
        pass(Duration.ofNanos(1));
        within(opening);
        assertDialled(A, B);
        assertEquals(2, memory.transport.ends(), "the silent one was given up");
    }

    @Test
    void familiesTakeTurns() throws Exception {
        memory.transport.refuse(A);
        memory.transport.refuse(B);
        memory.transport.refuse(C);
        failureOf(connect(client(A, B, C), port()));
        assertDialled(A, C, B);
    }

    @Test
    void eachAttemptStartsOneOther() throws Exception {
        Stream.of(A, B, C).forEach(memory.transport::silence);
        connect(client(A, B, C), port());
        awaitFirstAttempt();
        pass(DELAY);
        assertDialled(A, C);
        pass(DELAY);
        assertDialled(A, C, B);
        pass(Duration.ofSeconds(3));
        assertDialled(A, C, B);
    }

    @Test
    void allThatFailIsToldWithEachAddressAndItsCause() throws Exception {
        memory.transport.refuse(A);
        memory.transport.silence(B);
        DialOptions sequential = new DialOptions(Duration.ofSeconds(3), Duration.ofSeconds(3));
        memory.transport.refuse(C);
        CompletableFuture<WebSocket> opening = connect(client(sequential, host -> List.of(B, A, C)), 7);
        awaitFirstAttempt();
        pass(Duration.ofSeconds(3));
        IOException failure = assertInstanceOf(ConnectException.class, failureOf(opening));
        assertEquals("cannot connect to many.example at any of its 3 addresses:"
                + " cannot connect to 192.0.2.2:7: no answer within 3 s (DialOptions.addressTimeout);"
                + " Connection refused: /[2001:db8:0:0:0:0:0:3]:7; Connection refused: /192.0.2.1:7",
                failure.getMessage());
        assertEquals(List.of(SocketTimeoutException.class, ConnectException.class, ConnectException.class),
                Stream.of(failure.getSuppressed()).map(Object::getClass).toList());
    }

    @Test
    void theLastAddressHasAllTheTimeThatIsLeft() throws Exception {
        memory.transport.silence(A);
        memory.transport.refuse(B);
        CompletableFuture<WebSocket> opening = connect(client(B, A), 7);
        awaitFirstAttempt();
        pass(Duration.ofMillis(9999));
        assertFalse(opening.isDone());
        pass(Duration.ofMillis(1));
        HandshakeTimeoutException failure =
                assertInstanceOf(HandshakeTimeoutException.class, failureOf(opening));
        assertEquals(
                "the opening handshake was not over within 10 s (Timeouts.handshake): no answer from"
                        + " 192.0.2.1:7",
                failure.getMessage());
        assertEquals("Connection refused: /192.0.2.2:7", failure.getSuppressed()[0].getMessage());
    }

    @Test
    void anEarlierAddressThatIsTheLastLeftIsNotGivenUp() throws Exception {
        memory.transport.silence(A);
        memory.transport.refuse(B);
        CompletableFuture<WebSocket> opening = connect(client(A, B), 7);
        awaitFirstAttempt();
        pass(Duration.ofMillis(9999));
        assertFalse(opening.isDone());
        pass(Duration.ofMillis(1));
        assertInstanceOf(HandshakeTimeoutException.class, failureOf(opening));
    }

    @Test
    void allAddressesTogetherHaveTheDeadlineOfOneHandshake() throws Exception {
        Stream.of(A, B, C).forEach(memory.transport::silence);
        DialOptions slow = new DialOptions(Duration.ofSeconds(4), Duration.ofSeconds(4));
        CompletableFuture<WebSocket> opening = connect(client(slow, host -> List.of(A, B, C)), 7);
        awaitFirstAttempt();
        pass(Duration.ofSeconds(10));
        assertEquals(
                "the opening handshake was not over within 10 s (Timeouts.handshake): no answer from"
                        + " 192.0.2.2:7",
                failureOf(opening).getMessage());
        assertDialled(A, C, B);
    }

    @Test
    void theTimeOfTcpCountsAgainstTheHandshake() throws Exception {
        memory.transport.silence(A);
        memory.transport.listen(new InetSocketAddress("127.0.0.1", 7),
                new io.duplex.transport.TransportSettings("mute", true),
                (remote, nanoTime) -> Optional.of(new io.duplex.testkit.PlainLayer()));
        CompletableFuture<WebSocket> opening = connect(client(A, B), 7);
        awaitFirstAttempt();
        pass(Duration.ofMillis(9999));
        assertFalse(opening.isDone());
        pass(Duration.ofMillis(1));
        assertEquals(
                "the opening handshake was not over within 10 s (Timeouts.handshake): the server"
                        + " accepted the connection, but has not answered",
                failureOf(opening).getMessage());
    }

    @Test
    void whatFailsBehindTcpIsFinal() throws Exception {
        memory.server(Endpoint.of(new Recorder()), 1);
        ClientRuntime client = client(A, B);
        HandshakeException failure = assertInstanceOf(HandshakeException.class,
                failureOf(
                        client.connect(
                                config(ClientRequest.of(URI.create("ws://many.example:" + port() + "/none"))),
                                recorder, null)));
        assertEquals(404, failure.response().orElseThrow().status());
        assertDialled(A);
    }

    @Test
    void cancellingGivesAllAddressesUp() throws Exception {
        Stream.of(A, B, C).forEach(memory.transport::silence);
        CompletableFuture<WebSocket> opening = connect(client(A, B, C), 7);
        awaitFirstAttempt();
        pass(DELAY);
        assertEquals(2, memory.transport.ends());
        opening.cancel(false);
        assertEquals(0, memory.transport.ends());
        pass(Duration.ofSeconds(20));
        assertDialled(A, C);
    }

    @Test
    void closingTheClientEndsTheAttempts() throws Exception {
        Stream.of(A, B).forEach(memory.transport::silence);
        ClientRuntime client = client(A, B);
        CompletableFuture<WebSocket> opening = connect(client, 7);
        awaitFirstAttempt();
        pass(DELAY);
        client.close(Duration.ofMillis(1));
        Throwable failure = failureOf(opening);
        assertTrue(failure.getMessage().contains("the client is closed"), failure.getMessage());
    }

    @Test
    void anUnreachableProxyIsNamed() {
        Stream.of(A, B).forEach(memory.transport::refuse);
        ClientRuntime client = memory.client(ClientRequests.routing(
                ProxyPolicy.always(ProxyServer.socks5("proxy.example", 1080)), host -> List.of(A, B),
                DialOptions.DEFAULT));
        ProxyException failure = assertInstanceOf(ProxyException.class, failureOf(connect(client, 7)));
        assertEquals(ProxyException.Reason.UNREACHABLE, failure.reason());
        assertEquals(
                "the proxy socks5://proxy.example:1080 cannot be reached: cannot connect to"
                        + " proxy.example at any"
                        + " of its 2 addresses: Connection refused: /192.0.2.1:1080; Connection refused: "
                        + "/192.0.2.2:1080",
                failure.getMessage());
    }

    @Test
    void aProxyWhoseAddressesAreSilentIsATimeOut() {
        Stream.of(A, B).forEach(memory.transport::silence);
        ClientRuntime client = memory.client(ClientRequests.routing(
                ProxyPolicy.always(ProxyServer.http("proxy.example", 3128)), host -> List.of(A, B),
                DialOptions.DEFAULT));
        CompletableFuture<WebSocket> opening = connect(client, 7);
        awaitFirstAttempt();
        pass(Duration.ofSeconds(10));
        ProxyException failure = assertInstanceOf(ProxyException.class, failureOf(opening));
        assertEquals(ProxyException.Reason.TIMEOUT, failure.reason());
    }
}
