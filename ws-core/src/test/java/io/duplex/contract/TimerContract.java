package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.NotSentException;
import io.duplex.OverflowPolicy;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.client.DialOptions;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Flood;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.RawSocket.End;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Design section 3, rule 8: deadlines in real time. That something was quick is never asserted, only that it
 * happened.
 */
abstract class TimerContract extends ContractPart {
    private final Recorder recorder = new Recorder();

    TimerContract(TransportContract on) {
        super(on);
    }

    private static ConnectionOptions server(Timeouts timeouts) {
        return ConnectionOptions.SERVER.withTimeouts(timeouts);
    }

    @Test
    @DisplayName("3.8 handshake: a connection that says nothing is ended")
    void silentConnection() throws IOException {
        RawSocket peer = rawSocket(serve(recorder, server(Timeouts.DEFAULT.withHandshake(SHORT))));
        peer.readToEnd();
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.8 durations of any length are taken, and those beyond the clock never pass")
    void hugeDurations() throws Exception {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        Timeouts timeouts = new Timeouts(huge, Optional.of(huge), Optional.of(huge), Optional.of(huge), huge,
                Optional.of(huge), Optional.of(huge));
        WebSocketServer server = serve(new Echo(), server(timeouts));
        WebSocketClient client = closeLater(on.client()
                .options(ConnectionOptions.CLIENT.withTimeouts(timeouts))
                .dial(new DialOptions(huge, huge))
                .build());
        WebSocket ws = client.connect(on.uri(server, "/"));
        ws.send("a");
        assertEquals(new Message.Text("a"), ws.receive(huge));
        ws.ping();
        assertTrue(ws.closeAndWait(huge).clean());
        client.stop(huge);
        server.stop(huge);
    }

    @Test
    @DisplayName("3.8 handshake: a connection that stops inside its request is ended")
    void halfARequest() throws IOException {
        RawSocket peer = rawSocket(serve(recorder, server(Timeouts.DEFAULT.withHandshake(SHORT))));
        peer.write("GET / HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.readToEnd();
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.8 handshake: a client whose server does not answer fails")
    void serverDoesNotAnswer() throws IOException {
        RawServer server = closeLater(on.rawServer());
        CompletableFuture<WebSocket> connecting = client(
                ConnectionOptions.CLIENT.withTimeouts(Timeouts.DEFAULT.withHandshake(SHORT)))
                .connect(request(on.uri(server, "/")), recorder);
        closeLater(server.accept());
        assertInstanceOf(IOException.class, failureOf(connecting));
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.8 handshake: the deadline is over once the connection is open")
    void handshakeDeadlineEnds() throws IOException {
        untilInTime(this::outlivesItsHandshakeDeadline);
    }

    private boolean outlivesItsHandshakeDeadline(Duration limit) throws IOException {
        Recorder onServer = new Recorder();
        Timeouts timeouts = Timeouts.DEFAULT.withHandshake(limit).withKeepAlive(limit.multipliedBy(2), LONG);
        WebSocketServer server = serve(onServer, server(timeouts));
        RawSocket peer;
        try {
            peer = rawPeer(server);
        } catch (IOException e) {
            return false;
        }
        assertEquals(9, peer.readFrame().opcode());
        peer.write(Frames.text("still here").mask());
        onServer.awaitOpen();
        assertEquals("still here", onServer.awaitText());
        return true;
    }

    @Test
    @DisplayName("3.8 idle: a silent peer gets 1001")
    void idle() throws IOException {
        RawSocket peer = rawPeer(
                serve(recorder, server(Timeouts.DEFAULT.withIdle(SHORT).withoutKeepAlive())));
        assertEquals(1001, peer.readFrame().closeCode());
        peer.write(Frames.close(1001, "").mask());
        peer.readToEnd();
        peer.close();
        recorder.awaitOpen();
        recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertSame(Initiator.LIBRARY, info.initiator());
        assertEquals(1001, info.sent().orElseThrow().code());
        assertTrue(info.cause().isPresent());
    }

    @Test
    @DisplayName("3.8 message: one that is not complete in time fails with 1008, at servers and at clients")
    void unfinishedMessage() throws IOException {
        Timeouts timeouts = Timeouts.DEFAULT.withMessage(SHORT).withoutKeepAlive();
        RawSocket client = rawPeer(serve(recorder, server(timeouts)));
        client.write(Frames.text("a").notFinal().mask(), Frames.ping("alive").mask());
        assertTooSlow(client, recorder);
        Recorder onClient = new Recorder();
        RawSocket server = rawPeer(onClient, ConnectionOptions.CLIENT.withTimeouts(timeouts));
        server.write(Frames.text("a").notFinal(), Frames.ping("alive"));
        assertTooSlow(server, onClient);
    }

    private static void assertTooSlow(RawSocket peer, Recorder recorder) throws IOException {
        assertEquals(10, peer.readFrame().opcode());
        RawFrame close = peer.readFrame();
        assertEquals(1008, close.closeCode());
        assertEquals("message too slow", close.closeReason());
        peer.close();
        recorder.awaitOpen();
        recorder.await(Event.Ping.class);
        assertInstanceOf(TimeoutException.class, recorder.awaitError());
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.8 ping: keep-alive pings come, and a peer that answers lives on")
    void keepAlive() throws IOException {
        RawSocket peer = rawPeer(serve(recorder.ignoring(Event.Pong.class),
                server(Timeouts.DEFAULT.withKeepAlive(Duration.ofMillis(100), LONG))));
        for (int i = 0; i < 4; i++) {
            RawFrame ping = peer.readFrame();
            assertEquals(9, ping.opcode());
            peer.write(Frames.of(10, ping.payload().bytes()).mask());
        }
        recorder.awaitOpen();
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.8 pong: a peer that never answers pings is dropped, by servers and by clients")
    void missingPong() throws IOException {
        Timeouts timeouts = Timeouts.DEFAULT.withKeepAlive(Duration.ofMillis(100), SHORT).withClose(SHORT);
        RawSocket client = rawPeer(serve(recorder, server(timeouts)));
        client.readToEnd();
        assertDropped(recorder);
        Recorder onClient = new Recorder();
        RawSocket server = rawPeer(onClient, ConnectionOptions.CLIENT.withTimeouts(timeouts));
        server.readToEnd();
        assertDropped(onClient);
    }

    private static void assertDropped(Recorder recorder) {
        recorder.awaitOpen();
        recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertSame(Initiator.LIBRARY, info.initiator());
        assertTrue(info.cause().isPresent());
        assertEquals(Optional.empty(), info.received());
    }

    @Test
    @DisplayName("3.8 close: a peer that never answers the Close frame is reset at the deadline")
    void closeDeadline() throws IOException {
        RawSocket peer = rawPeer(serve(recorder, server(Timeouts.DEFAULT.withClose(SHORT))));
        recorder.awaitOpen().close(4000, "unanswered");
        assertEquals(4000, peer.readFrame().closeCode());
        assertSame(End.RESET, peer.readToEnd());
        CloseInfo info = recorder.skipToClosed();
        assertSame(Initiator.APPLICATION, info.initiator());
        assertEquals(4000, info.sent().orElseThrow().code());
        assertEquals(Optional.empty(), info.received());
        assertSame(TcpEnd.RESET, info.tcpEnd());
        assertTrue(info.cause().isPresent());
        assertFalse(info.clean());
    }

    @Test
    @DisplayName("3.8 close: traffic does not put the deadline off")
    void closeDeadlineIsAbsolute() throws IOException {
        RawSocket peer = rawPeer(serve(recorder.ignoring(Event.Ping.class),
                server(Timeouts.DEFAULT.withClose(SHORT))));
        recorder.awaitOpen().close();
        Flood flood = closeLater(new Flood(peer.out(), Frames.ping("still here").mask().bytes(), 1L << 40));
        assertSame(TcpEnd.RESET, recorder.skipToClosed().tcpEnd());
        flood.awaitDone();
    }

    @Test
    @DisplayName("3.8 close: a peer that answers and then never ends TCP is let go at the deadline")
    void closeDeadlineWithoutFin() throws IOException {
        untilInTime(limit -> {
            Recorder onServer = new Recorder();
            RawSocket peer = rawPeer(serve(onServer, server(Timeouts.DEFAULT.withClose(limit))));
            onServer.awaitOpen().close();
            assertTrue(peer.readFrame().isClose());
            End end = answerAndReadToEnd(peer, Frames.close(1000, "").mask());
            CloseInfo info = onServer.skipToClosed();
            assertSame(TcpEnd.RESET, info.tcpEnd());
            if (info.received().isEmpty() || end != End.FIN) {
                return false;
            }
            assertEquals(1000, info.code());
            return true;
        });
    }

    @Test
    @DisplayName("3.8 send: a peer that takes nothing is reset")
    void sendDeadline() throws IOException {
        ConnectionOptions options = server(Timeouts.DEFAULT.withSend(SHORT).withoutKeepAlive());
        RawSocket peer = rawPeer(serve(recorder.ignoring(Event.Drained.class), options.withSendQueue(
                options.sendQueue().withLimitBytes(64 << 20).withOverflow(OverflowPolicy.FAIL))));
        recorder.awaitOpen().send(new byte[40 << 20]);
        recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertSame(TcpEnd.RESET, info.tcpEnd());
        assertSame(Initiator.LIBRARY, info.initiator());
        assertSame(End.RESET, peer.readToEnd());
    }

    @Test
    @DisplayName("3.8 ping: a ping of the application awaits its own pong")
    void pingRoundTrip() throws IOException {
        RawSocket peer = rawPeer(serve(recorder.ignoring(Event.Pong.class)));
        WebSocket ws = recorder.awaitOpen();
        CompletableFuture<Duration> first = ws.ping();
        RawFrame ping = peer.readFrame();
        assertEquals(9, ping.opcode());
        peer.write(Frames.pong("unsolicited").mask(), Frames.text("behind it").mask());
        assertEquals("behind it", recorder.awaitText());
        assertFalse(first.isDone(), "a foreign pong answered");
        peer.write(Frames.of(10, ping.payload().bytes()).mask());
        assertFalse(within(first).isNegative());
        assertFalse(within(connect(serve(new Echo()), new Recorder()).ping()).isNegative());
    }

    @Test
    @DisplayName("3.8 ping: a ping fails when the connection ends first")
    void pingFails() throws IOException {
        rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        CompletableFuture<Duration> ping = ws.ping();
        ws.abort();
        assertInstanceOf(NotSentException.class, failureOf(ping));
        within(ws.closeFuture());
        assertInstanceOf(NotSentException.class, failureOf(ws.ping()));
    }

    @Test
    @DisplayName("3.8 ping: a peer's ping is answered with its payload and told to the handler")
    void pingIsAnswered() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.ping("x".repeat(125)).mask());
        RawFrame pong = peer.readFrame();
        assertEquals(10, pong.opcode());
        assertEquals("x".repeat(125), pong.text());
        recorder.awaitOpen();
        assertEquals("x".repeat(125), recorder.await(Event.Ping.class).payload().text());
    }

    @Test
    @DisplayName("3.8 pong: unsolicited pongs go both ways and are harmless")
    void unsolicitedPongs() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ws.sendPong(ByteBuffer.wrap(new byte[] { 5 }));
        assertEquals(10, peer.readFrame().opcode());
        peer.write(Frames.pong("hello").mask());
        assertEquals("hello", recorder.await(Event.Pong.class).payload().text());
        assertThrows(IllegalArgumentException.class, () -> ws.sendPong(ByteBuffer.allocate(126)));
    }
}
