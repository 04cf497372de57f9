package io.duplex.internal.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.HandshakeException;
import io.duplex.HandshakeTimeoutException;
import io.duplex.client.ClientRequest;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The opening handshake of a client (RFC 6455 section 4.1) against a raw server: each answer, and none. */
class ClientConnectionTest {
    private static final Duration NANO = Duration.ofNanos(1);
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String ACCEPTED = ServerBench.ACCEPTED;
    private final ClientBench bench = new ClientBench();

    private static String masked(Frames frame) {
        return new String(frame.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static String refusal(String fields, String body) {
        return "HTTP/1.1 403 Forbidden\r\n" + fields + "\r\n" + body;
    }

    @Test
    void theRequestLeavesOnceTheConnectionStands() {
        bench.peer.host.attach();
        assertEquals("", bench.peer.run().take());
        bench.peer.host.connected();
        String request = bench.peer.run().take();
        assertTrue(request.startsWith("GET /chat HTTP/1.1\r\nHost: server\r\n"), request);
        assertTrue(request.endsWith("\r\n\r\n"), request);
    }

    @Test
    void nothingIsReadBeforeTheRequestHasLeft() {
        ClientBench slow = new ClientBench(16);
        slow.peer.host.connect();
        slow.peer.toLayer.write(ByteBuffer.wrap(ACCEPTED.getBytes()));
        slow.peer.runDeaf();
        assertEquals("", slow.told);
        slow.peer.run();
        assertEquals("opened", slow.told);
    }

    @Test
    void acceptedHandshakeOpensTheSession() {
        bench.connect().send(ACCEPTED);
        assertEquals("opened", bench.told);
        bench.recorder.expect(Event.Opened.class);
        bench.recorder.assertNothingElse();
        assertTrue(bench.connection.isOpen());
    }

    @Test
    void framesRightBehindTheAnswerAreTheSessions() {
        RawPeer peer =
                bench.connect().send(ACCEPTED + masked(Frames.text("a")) + masked(Frames.close(1000, "")));
        peer.fin();
        bench.recorder.expect(Event.Opened.class);
        bench.recorder.expect(new Event.Text("a"));
        assertTrue(bench.recorder.expect(Event.Closed.class).info().clean());
        assertEquals("opened", bench.told);
    }

    @Test
    void interimAnswersAreSkipped() {
        bench.connect().send(CONTINUE + "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + CONTINUE);
        assertEquals("", bench.told);
        bench.peer.send(ACCEPTED);
        assertEquals("opened", bench.told);
    }

    @Test
    void theDeadlineOfTheHandshakeEndsWithIt() {
        bench.connect().send(ACCEPTED).advance(ClientBench.HANDSHAKE.multipliedBy(2));
        assertEquals("opened", bench.told);
        bench.recorder.expect(Event.Opened.class);
        bench.recorder.assertNothingElse();
    }

    @Test
    void refusalComesWithItsBody() {
        bench.connect().send(refusal("Content-Length: 6\r\n", "go"));
        assertEquals("", bench.told);
        bench.peer.send(" away and more");
        HandshakeException refused = bench.refused();
        assertEquals(403, refused.response().orElseThrow().status());
        assertArrayEquals("go awa".getBytes(), refused.body());
        assertTrue(bench.peer.host.isReleased());
    }

    @Test
    void refusalWithoutBodyIsToldAtOnce() {
        bench.connect().send(refusal("Content-Length: 0\r\n", ""));
        assertEquals(0, bench.refused().body().length);
    }

    @Test
    void refusalWithoutLengthEndsWithTheConnection() {
        bench.connect().send(refusal("", "go away"));
        assertEquals("", bench.told);
        bench.peer.fin();
        assertArrayEquals("go away".getBytes(), bench.refused().body());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), bench.peer.host.tcpEnd());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "Content-Length: 100000\r\n" })
    void longRefusalIsCut(String fields) {
        bench.connect().send(refusal(fields, "x".repeat(HandshakeException.MAX_BODY_BYTES + 1)));
        assertEquals(HandshakeException.MAX_BODY_BYTES, bench.refused().body().length);
        assertTrue(bench.peer.host.isReleased());
    }

    @Test
    void refusalThatIsCutShortIsStillTheRefusal() {
        bench.connect().send(refusal("Content-Length: 100\r\n", "go away")).fin();
        assertArrayEquals("go away".getBytes(), bench.refused().body());
    }

    @Test
    void refusalThatBreaksOffIsStillTheRefusal() {
        bench.connect().send(refusal("Content-Length: 100\r\n", "go away"));
        bench.peer.toLayer.reset();
        bench.peer.run();
        assertArrayEquals("go away".getBytes(), bench.refused().body());
        assertEquals(Optional.of(TcpEnd.BROKEN), bench.peer.host.tcpEnd());
    }

    @Test
    void refusalThatDoesNotEndInTimeIsStillTheRefusal() {
        bench.connect().send(refusal("", "go away")).advance(ClientBench.HANDSHAKE);
        assertArrayEquals("go away".getBytes(), bench.refused().body());
        assertEquals(Optional.of(TcpEnd.RESET), bench.peer.host.tcpEnd());
    }

    @Test
    void wrongAcceptFailsAtOnceAndBytesBehindAreNoBody() {
        bench.connect().send(ACCEPTED.replace("s3pP", "xxxx") + masked(Frames.text("a")));
        HandshakeException refused = bench.refused();
        assertTrue(refused.getMessage().contains("Sec-WebSocket-Accept"), refused.getMessage());
        assertEquals(0, refused.body().length);
    }

    @Test
    void malformedAnswerFails() {
        bench.connect().send("SSH-2.0-OpenSSH_9.6\r\n");
        HandshakeException failure = bench.refused();
        assertTrue(failure.getMessage().startsWith("the server's answer is not valid HTTP: "));
        assertEquals(Optional.empty(), failure.response());
        assertTrue(bench.peer.host.isReleased());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "HTTP/1.1 101 Swit", CONTINUE })
    void endBeforeTheAnswerFails(String part) {
        bench.connect().send(part).fin();
        assertEquals("the server ended the connection before it answered the handshake:"
                + " does it speak WebSocket here, and ws or wss as the URI says?",
                bench.refused().getMessage());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), bench.peer.host.tcpEnd());
    }

    @Test
    void brokenConnectionFailsWithItsCause() {
        bench.connect().toLayer.reset();
        bench.peer.run();
        assertEquals("failed", bench.told);
        assertEquals("Connection reset", bench.failure.getMessage());
    }

    @Test
    void connectionThatCannotBeMadeFailsWithItsCause() {
        ConnectException cause = new ConnectException("Connection refused");
        bench.peer.host.attach();
        bench.peer.host.fail(cause, TcpEnd.NOT_CONNECTED);
        assertEquals("failed", bench.told);
        assertSame(cause, bench.failure);
    }

    @Test
    void deadlineHoldsFromTheFirstPacket() {
        bench.peer.host.attach();
        bench.peer.advance(Duration.ofSeconds(1));
        bench.peer.host.connected();
        bench.peer.send(CONTINUE).advance(ClientBench.HANDSHAKE.minusSeconds(1).minus(NANO));
        assertEquals("", bench.told);
        bench.peer.advance(NANO);
        assertEquals(
                "the opening handshake was not over within 7 s (Timeouts.handshake): the server"
                        + " accepted the connection, but has not answered",
                bench.refused().getMessage());
        assertEquals(Duration.ofSeconds(7),
                assertInstanceOf(HandshakeTimeoutException.class, bench.refused()).deadline());
        assertEquals(Optional.of(TcpEnd.RESET), bench.peer.host.tcpEnd());
    }

    @Test
    void deadlineHoldsForConnecting() {
        bench.peer.host.attach();
        bench.peer.advance(ClientBench.HANDSHAKE);
        assertInstanceOf(HandshakeException.class, bench.failure);
        assertTrue(bench.peer.host.isReleased());
    }

    @Test
    void deadlineAfterAFailureTellsNothingMore() {
        bench.peer.host.connect();
        bench.connection.receiveFailure(new IOException("first"), bench.peer.clock.nanoTime());
        bench.connection.onDeadline(bench.peer.clock.nanoTime() + ClientBench.HANDSHAKE.toNanos());
        assertEquals("failed", bench.told);
        assertEquals("first", bench.failure.getMessage());
    }

    @Test
    void cutByItsTransportFails() {
        bench.connect().host.reset();
        assertEquals("the connection was cut during the opening handshake", bench.refused().getMessage());
    }

    @Test
    void redirectIsTakenAndTheConnectionClosed() {
        bench.connect().send("HTTP/1.1 302 Found\r\nLocation: ws://other/x\r\nContent-Length: 3\r\n\r\nabc");
        assertEquals("redirected", bench.told);
        assertEquals(URI.create("ws://other/x"), bench.next.uri());
        assertTrue(bench.peer.host.isReleased());
    }

    @Test
    void redirectThatMayNotBeFollowedIsARefusal() {
        ClientBench none = new ClientBench(ClientRequest.of(ClientBench.URI), 1 << 16);
        none.connect().send("HTTP/1.1 302 Found\r\nLocation: ws://other/x\r\nContent-Length: 0\r\n\r\n");
        assertEquals(302, none.refused().response().orElseThrow().status());
    }

    @Test
    void anApplicationThatFailsToTakeTheConnectionEndsIt() {
        bench.openThrows = Optional.of(new IllegalStateException("mine"));
        bench.connect().send(ACCEPTED);
        assertEquals("mine", bench.refused().getCause().getMessage());
        assertTrue(bench.peer.host.isReleased());
    }

    @Test
    void cancelBeforeItIsOpenResetsAndTellsNobody() {
        bench.connect().send(CONTINUE);
        bench.connection.cancel();
        bench.peer.run();
        assertEquals(Optional.of(TcpEnd.RESET), bench.peer.host.tcpEnd());
        assertEquals("", bench.told);
    }

    @Test
    void cancelBeforeTheTransportHasTheConnectionResetsToo() {
        bench.connection.cancel();
        bench.peer.host.attach();
        bench.peer.run();
        assertEquals(Optional.of(TcpEnd.RESET), bench.peer.host.tcpEnd());
        assertEquals("", bench.peer.take());
        assertEquals("", bench.told);
    }

    @Test
    void cancelOfAnOpenConnectionDoesNothing() {
        bench.connect().send(ACCEPTED);
        bench.connection.cancel();
        assertFalse(bench.peer.run().host.isReleased());
    }

    @ParameterizedTest
    @ValueSource(strings = { "accepted", "refused", "redirected", "malformed" })
    void eachAnswerIsTheSameHoweverItIsCut(String kind) {
        String answer = CONTINUE + switch (kind) {
            case "accepted" -> ACCEPTED + masked(Frames.text("a")) + masked(Frames.close(1000, "bye"));
            case "refused" -> refusal("Content-Length: 7\r\n", "go away");
            case "redirected" -> "HTTP/1.1 301 Moved\r\nLocation: /y\r\n\r\nbody";
            default -> "HTTP/1.1 2000 OK\r\n\r\n";
        };
        String whole = answer(answer, Cuts.WHOLE);
        assertEquals(whole, answer(answer, Cuts.every(1)));
        for (int cut = 1; cut < answer.length(); cut++) {
            assertEquals(whole, answer(answer, Cuts.at(cut)), "cut at " + cut);
        }
    }

    private static String answer(String answer, Cuts cuts) {
        ClientBench bench = new ClientBench();
        bench.peer.cut(cuts);
        RawPeer peer = bench.connect();
        peer.toLayer.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
        peer.fin();
        String body = bench.failure instanceof HandshakeException refused
                ? new String(refused.body(), StandardCharsets.ISO_8859_1)
                : "";
        if (bench.told.equals("opened")) {
            bench.recorder.expect(Event.Opened.class);
            bench.recorder.expect(new Event.Text("a"));
            body += bench.recorder.expect(Event.Closed.class).info();
        }
        bench.recorder.assertNothingElse();
        return bench.told + bench.failure + body + bench.next + peer.host.tcpEnd();
    }
}
