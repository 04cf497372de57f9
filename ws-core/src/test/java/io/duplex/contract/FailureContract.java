package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.Statistics;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Flood;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.RawSocket.End;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Design section 3, rule 7, and section 4: connections that fail, and what each end learns about it. */
abstract class FailureContract extends ContractPart {
    private final Recorder recorder = new Recorder();

    FailureContract(TransportContract on) {
        super(on);
    }

    static Stream<Arguments> brokenRules() {
        return Stream.of(Arguments.of(ProtocolError.RESERVED_BIT, Frames.text("a").withRsv(2)),
                Arguments.of(ProtocolError.RESERVED_OPCODE, Frames.of(3)),
                Arguments.of(ProtocolError.LENGTH_NOT_SHORTEST, Frames.text("a").withLengthBytes(2)),
                Arguments.of(ProtocolError.CONTROL_FRAGMENTED, Frames.ping("a").notFinal()),
                Arguments.of(ProtocolError.CONTINUATION_UNEXPECTED, Frames.continuation()),
                Arguments.of(ProtocolError.CLOSE_CODE_INVALID, Frames.close(1005, "")),
                Arguments.of(ProtocolError.TEXT_NOT_UTF8, Frames.of(1, (byte) 0xFF)),
                Arguments.of(ProtocolError.FRAME_TOO_BIG, Frames.binary().claiming((1 << 20) + 1)));
    }

    @ParameterizedTest
    @MethodSource("brokenRules")
    @DisplayName("3.7 a server answers a broken rule with its code, then FIN, and reports it")
    void brokenRuleAtServer(ProtocolError error, Frames frame) throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(frame.mask());
        assertFailure(peer, error);
        assertSame(End.FIN, peer.readToEnd());
        peer.close();
        assertReported(error, TcpEnd.FIN_EXCHANGED);
    }

    @ParameterizedTest
    @MethodSource("brokenRules")
    @DisplayName("3.7 a client answers a broken rule with its code, and reports it")
    void brokenRuleAtClient(ProtocolError error, Frames frame) throws IOException {
        RawSocket peer = rawPeer(recorder);
        peer.write(frame);
        assertFailure(peer, error);
        peer.close();
        assertReported(error, TcpEnd.FIN_EXCHANGED);
    }

    @Test
    @DisplayName("3.7 a server refuses unmasked frames, a client masked ones")
    void masking() throws IOException {
        RawSocket toServer = rawPeer(serve(recorder));
        toServer.write(Frames.text("a"));
        assertFailure(toServer, ProtocolError.UNMASKED_FRAME);
        RawSocket toClient = rawPeer(new Recorder());
        toClient.write(Frames.text("a").mask());
        assertFailure(toClient, ProtocolError.MASKED_FRAME);
    }

    private static void assertFailure(RawSocket peer, ProtocolError error) throws IOException {
        RawFrame close = peer.readFrame();
        assertTrue(close.isClose());
        assertEquals(error.closeCode(), close.closeCode());
        assertEquals(error.reason(), close.closeReason());
    }

    private void assertReported(ProtocolError error, TcpEnd ending) {
        recorder.awaitOpen();
        Throwable cause = recorder.awaitError();
        assertSame(error, ((WebSocketProtocolException) cause).error());
        CloseInfo info = recorder.awaitClosed();
        assertFalse(info.clean());
        assertEquals(Optional.empty(), info.received());
        assertEquals(error.closeCode(), info.sent().orElseThrow().code());
        assertSame(Initiator.LIBRARY, info.initiator());
        assertSame(cause, info.cause().orElseThrow());
        assertSame(ending, info.tcpEnd());
    }

    @Test
    @DisplayName("4 a message without room in the memory budget fails its connection with 1013, others go on")
    void memoryBudget() throws IOException {
        Recorder held = new Recorder();
        WebSocketServer server = start(on.server()
                .endpoint("/", held.ignoring(Event.Ping.class))
                .endpoint("/second", recorder)
                .memoryBudget(1 << 20));
        RawSocket first = rawPeer(server);
        first.write(Frames.binary(new byte[200 << 10]).notFinal().mask(), Frames.ping("held?").mask());
        assertEquals(10, first.readFrame().opcode());
        assertTrue(server.stats().memory().usedBytes() >= 200 << 10, server.stats().toString());
        held.awaitOpen();

        RawSocket second = rawSocket(server).handshake("/second");
        second.write(Frames.binary(new byte[900 << 10]).notFinal().mask());
        RawFrame refusal = second.readFrame();
        assertEquals(1013, refusal.closeCode());
        assertEquals("no memory for this message now; try again later", refusal.closeReason());
        recorder.awaitOpen();
        String why = recorder.awaitError().getMessage();
        assertTrue(why.endsWith("of the 1,048,576 bytes that memoryBudget allows them together"), why);
        second.close();
        recorder.awaitClosed();
        assertEquals(1, server.stats().memory().refused());

        first.write(Frames.continuation((byte) 1).mask());
        assertEquals((200 << 10) + 1, held.awaitBinary().length);
        Patience.await("its memory is free", () -> server.stats().memory().usedBytes() == 0);
        assertEquals(new Statistics.Memory(0, 1 << 20, 1), server.stats().memory());
    }

    @Test
    @DisplayName("4 a peer that goes on sending after its failure still reads the Close frame and FIN, no "
            + "reset")
    void noResetDestroysTheCloseFrame() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        byte[] garbage = new byte[64 << 10];
        peer.write(Frames.join(Frames.of(3).mask().bytes(), garbage));
        Flood flood = closeLater(new Flood(peer.out(), garbage, 16 << 20));
        flood.awaitDone();
        assertTrue(flood.writtenBytes() >= 16 << 20, "reading stopped after " + flood.writtenBytes());
        assertFailure(peer, ProtocolError.RESERVED_OPCODE);
        assertSame(End.FIN, peer.readToEnd());
        peer.close();
        recorder.awaitOpen();
        recorder.awaitError();
        assertSame(TcpEnd.FIN_EXCHANGED, recorder.awaitClosed().tcpEnd());
    }

    @Test
    @DisplayName("4 draining is bounded: past its limit the connection is reset")
    void drainingIsBounded() throws IOException {
        Limits limits = new Limits(1 << 20, 1 << 20, 1000, 1 << 20);
        RawSocket peer = rawPeer(serve(recorder, ConnectionOptions.SERVER.withLimits(limits)));
        peer.write(Frames.of(3).mask());
        Flood flood = closeLater(new Flood(peer.out(), new byte[64 << 10], 1L << 40));
        flood.awaitDone();
        recorder.awaitOpen();
        recorder.awaitError();
        assertSame(TcpEnd.RESET, recorder.awaitClosed().tcpEnd());
    }

    @Test
    @DisplayName("3.7 a message that is too big over all its fragments is refused with 1009")
    void messageTooBig() throws IOException {
        RawSocket peer = rawPeer(serve(recorder,
                ConnectionOptions.SERVER
                        .withLimits(ConnectionOptions.SERVER.limits().withMaxMessageBytes(10))));
        peer.write(Frames.binary(new byte[6]).notFinal().mask(), Frames.continuation(new byte[5]).mask());
        assertFailure(peer, ProtocolError.MESSAGE_TOO_BIG);
    }

    @Test
    @DisplayName("3.7 a message of too many fragments, empty ones, is refused with 1008")
    void tooManyFragments() throws IOException {
        RawSocket peer = rawPeer(serve(recorder,
                ConnectionOptions.SERVER.withLimits(ConnectionOptions.SERVER.limits().withMaxFragments(2))));
        peer.write(Frames.binary().notFinal().mask(), Frames.of(0).notFinal().mask(),
                Frames.of(0).notFinal().mask());
        assertFailure(peer, ProtocolError.TOO_MANY_FRAGMENTS);
    }

    @Test
    @DisplayName("3.7 a handler that throws costs its connection only: onError, 1011, nothing internal to "
            + "the peer")
    void handlerThrows() throws IOException {
        IllegalStateException thrown = new IllegalStateException("secret");
        WebSocketServer server = start(on.server().endpoint("/", recorder.on(Event.Text.class, (ws, e) -> {
            throw thrown;
        })).endpoint("/other", new Echo()));
        RawSocket other = rawSocket(server).handshake("/other");
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("go").mask());
        RawFrame close = peer.readFrame();
        assertEquals(1011, close.closeCode());
        assertFalse(close.closeReason().contains("secret"), close.closeReason());
        assertSame(End.FIN, peer.readToEnd());
        peer.close();
        recorder.awaitOpen();
        recorder.awaitText();
        assertSame(thrown, recorder.awaitError());
        CloseInfo info = recorder.awaitClosed();
        assertEquals(1011, info.sent().orElseThrow().code());
        assertSame(thrown, info.cause().orElseThrow());
        assertSame(Initiator.LIBRARY, info.initiator());
        other.write(Frames.text("alive").mask());
        assertEquals("alive", other.readFrame().text());
    }

    @Test
    @DisplayName("3.7 an error out of onOpen fails the connection as one out of any callback")
    void onOpenThrows() throws IOException {
        RawSocket peer = rawPeer(serve(recorder.on(Event.Opened.class, (ws, e) -> {
            throw new AssertionError("an error, not an exception");
        })));
        assertEquals(1011, peer.readFrame().closeCode());
        peer.close();
        recorder.awaitOpen();
        assertEquals("an error, not an exception", recorder.awaitError().getMessage());
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.7 what onError and onClose throw affects no other connection")
    void lastCallbacksThrow() throws IOException {
        recorder.on(Event.Failed.class, (ws, e) -> {
            throw new IllegalStateException("in onError");
        }).on(Event.Closed.class, (ws, e) -> {
            throw new IllegalStateException("in onClose");
        });
        WebSocketServer server = start(on.server().endpoint("/", recorder).endpoint("/other", new Echo()));
        RawSocket peer = rawPeer(server);
        peer.write(Frames.of(3).mask());
        assertFailure(peer, ProtocolError.RESERVED_OPCODE);
        peer.close();
        WebSocket ws = recorder.awaitOpen();
        recorder.awaitError();
        recorder.awaitClosed();
        within(ws.closeFuture());
        RawSocket other = rawSocket(server).handshake("/other");
        other.write(Frames.text("alive").mask());
        assertEquals("alive", other.readFrame().text());
    }

    @Test
    @DisplayName("3.7 abort resets")
    void abortResets() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ws.abort();
        assertSame(End.RESET, peer.readToEnd());
        CloseInfo info = recorder.skipToClosed();
        assertSame(Initiator.APPLICATION, info.initiator());
        assertSame(TcpEnd.RESET, info.tcpEnd());
        assertEquals(Optional.empty(), info.received());
        assertFalse(info.clean());
        assertTrue(info.cause().isPresent(), "never a bare 1006");
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.7 abort resets a connection whose peer does not read")
    void abortWithFullQueue() throws IOException {
        // No other deadline than this test's own may come to help.
        RawSocket peer = rawPeer(
                serve(recorder, with(ConnectionOptions.SERVER, Timeouts.DEFAULT.withoutKeepAlive())));
        WebSocket ws = recorder.awaitOpen();
        fillAndAwaitStuck(ws);
        ws.abort();
        assertSame(TcpEnd.RESET, recorder.skipToClosed().tcpEnd());
        assertSame(End.RESET, peer.readToEnd());
    }

    @Test
    @DisplayName("3.7 a peer that vanishes is reported as broken, with its cause")
    void peerResets() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        recorder.awaitOpen();
        peer.reset();
        Throwable cause = recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertSame(cause, info.cause().orElseThrow());
        assertSame(TcpEnd.BROKEN, info.tcpEnd());
        assertSame(Initiator.PEER, info.initiator());
        assertEquals(1006, info.code());
        assertFalse(info.clean());
    }

    @Test
    @DisplayName("3.7 FIN without a Close frame, even inside a message, is reported with its cause")
    void finWithoutClose() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        recorder.awaitOpen();
        peer.write(Frames.text("half").notFinal().mask());
        peer.halfClose();
        assertSame(End.FIN, peer.readToEnd());
        recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.cause().isPresent());
        assertEquals(Optional.empty(), info.received());
        assertSame(Initiator.PEER, info.initiator());
        assertSame(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
    }

    @Test
    @DisplayName("3.7 a server that ends TCP without a Close frame is reported by a client with its cause")
    void serverEndsWithoutClose() throws IOException {
        RawSocket peer = rawPeer(recorder);
        recorder.awaitOpen();
        peer.close();
        recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.cause().isPresent());
        assertSame(Initiator.PEER, info.initiator());
        assertEquals(1006, info.code());
    }
}
