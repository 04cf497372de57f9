package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.duplex.CloseInfo;
import io.duplex.CloseMode;
import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.RawSocket.End;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Design section 4: the five close modes, of a server and of a client, against a peer that reads, one that
 * reads slowly, one that never reads, and one that vanishes. Each looks at what the peer saw and at what
 * ended the call: whether it was over before the peer had done anything, and its outcome. None looks at a
 * clock.
 *
 * <p>A machine cannot vanish from its own loopback interface: the kernel continues to acknowledge for a
 * process that has ended. A peer whose receive window stays closed and that never answers stands in for it:
 * the local kernel keeps data that is never acknowledged, as if the cable were cut. What it does not show is
 * the retransmission running out.
 */
abstract class CloseModeContract extends ContractPart {
    /** Which end is under test. */
    enum Side {
        SERVER, CLIENT
    }

    /** An end under test and its peer. */
    private record Meeting(Side side, WebSocket ws, RawSocket peer, Recorder recorder) {
        void write(Frames frame) throws IOException {
            peer.write(side == Side.SERVER ? frame.mask() : frame);
        }

        boolean isOver() {
            return ws.closeFuture().isDone();
        }

        CloseInfo end() {
            return within(ws.closeFuture());
        }
    }

    private static final CloseMode LINGER = CloseMode.linger(LONG);
    /** More than this is not acknowledged for a peer that does not read. */
    private static final int SMALL_WINDOW_BYTES = 4096;
    /** Whatever a kernel keeps for a peer that does not read, and no more than a sending one takes. */
    private static final int MESSAGE_BYTES = 256 << 10;

    CloseModeContract(TransportContract on) {
        super(on);
    }

    // ---- the two ends -------------------------------------------------------------------------------------

    private static ConnectionOptions options(Side side, Duration closeDeadline) {
        ConnectionOptions options = side == Side.SERVER ? ConnectionOptions.SERVER : ConnectionOptions.CLIENT;
        return bigMessages(with(options, Timeouts.DEFAULT.withoutKeepAlive().withClose(closeDeadline)));
    }

    private Meeting meet(Side side, Duration closeDeadline) throws IOException {
        return meet(side, options(side, closeDeadline), 1 << 20);
    }

    private Meeting meet(Side side, ConnectionOptions options, int windowBytes) throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = side == Side.SERVER
                ? meetServer(recorder, options, windowBytes)
                : meetClient(recorder, options, windowBytes);
        return new Meeting(side, recorder.awaitOpen(), peer, recorder);
    }

    private RawSocket meetServer(Recorder recorder, ConnectionOptions options, int windowBytes)
            throws IOException {
        WebSocketServer server = serve(recorder, options);
        return closeLater(on.rawClient(server, OptionalInt.of(windowBytes))).handshake("/");
    }

    private RawSocket meetClient(Recorder recorder, ConnectionOptions options, int windowBytes)
            throws IOException {
        RawServer server = closeLater(on.rawServer(OptionalInt.of(windowBytes)));
        Future<WebSocket> connecting = client(options).connect(request(on.uri(server, "/")), recorder);
        RawSocket peer = closeLater(server.accept());
        peer.acceptHandshake();
        within(connecting);
        return peer;
    }

    // ---- the peers ----------------------------------------------------------------------------------------

    /**
     * Reads up to our Close frame, answers pings and the Close frame as a decent peer, and notes the frames.
     */
    private static List<RawFrame> readAndAnswer(Meeting met) throws IOException {
        List<RawFrame> frames = new ArrayList<>();
        do {
            frames.add(met.peer().readFrame());
            RawFrame last = frames.getLast();
            if (last.opcode() == 9) {
                assertFalse(met.isOver());
                met.write(Frames.of(10, last.payload().bytes()));
            }
        } while (!frames.getLast().isClose());
        return frames;
    }

    private static void answerCloseAndEnd(Meeting met) throws IOException {
        met.write(Frames.close(1000, ""));
        if (met.side() == Side.SERVER) {
            assertSame(End.FIN, met.peer().readToEnd());
        }
        met.peer().close();
    }

    private static void assertAllBytes(List<RawFrame> frames, byte[] message) {
        assertArrayEquals(message, frames.getFirst().payload().bytes());
        assertEquals(1000, frames.getLast().closeCode());
        assertEquals("done", frames.getLast().closeReason());
    }

    private static void assertOutcome(String outcome, Meeting met) {
        CloseInfo info = met.end();
        assertEquals(outcome, info.outcome(), info.toString());
        assertSame(info, met.recorder().skipToClosed());
    }

    // ---- a peer that reads --------------------------------------------------------------------------------

    static Stream<Arguments> leavingAtOnce() {
        return Stream.of(Side.values())
                .flatMap(side -> Stream.of(arguments(side, CloseMode.BACKGROUND, "CLOSED_FIRST"),
                        arguments(side, LINGER, "LINGER_ACKNOWLEDGED")));
    }

    static Stream<Arguments> waitingForThePeer() {
        return Stream.of(Side.values())
                .flatMap(side -> Stream.of(arguments(side, CloseMode.HALF_CLOSE, "FIN_EXCHANGED"),
                        arguments(side, CloseMode.ACKNOWLEDGED, "ACKNOWLEDGED")));
    }

    @ParameterizedTest
    @MethodSource("leavingAtOnce")
    @DisplayName("4 BACKGROUND and LINGER are over before a peer that reads has read anything; it finds "
            + "every byte and FIN")
    void readingPeerFindsAll(Side side, CloseMode mode, String outcome) throws IOException {
        Meeting met = meet(side, LONG);
        byte[] message = filled(1000, 7);
        met.ws().send(message);
        met.ws().close(1000, "done", mode);
        assertOutcome(outcome, met);
        List<RawFrame> frames = met.peer().readFramesToEnd();
        assertAllBytes(frames, message);
        assertEquals(2, frames.size());
    }

    @ParameterizedTest
    @MethodSource("waitingForThePeer")
    @DisplayName("4 HALF_CLOSE and ACKNOWLEDGED are over when a peer that reads has answered and ended")
    void readingPeerIsWaitedFor(Side side, CloseMode mode, String outcome) throws IOException {
        Meeting met = meet(side, LONG);
        byte[] message = filled(1000, 7);
        met.ws().send(message);
        met.ws().close(1000, "done", mode);
        List<RawFrame> frames = readAndAnswer(met);
        assertAllBytes(frames, message);
        List<Integer> opcodes = mode == CloseMode.ACKNOWLEDGED ? List.of(2, 9, 8) : List.of(2, 8);
        assertEquals(opcodes, frames.stream().map(RawFrame::opcode).toList());
        assertFalse(met.isOver());
        answerCloseAndEnd(met);
        assertOutcome(outcome, met);
        assertTrue(met.end().clean());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("4 RESET resets a peer that reads, without a Close frame")
    void readingPeerIsReset(Side side) throws IOException {
        Meeting met = meet(side, LONG);
        met.ws().send("first");
        assertEquals("first", met.peer().readFrame().text());
        met.ws().close(1000, "done", CloseMode.RESET);
        assertOutcome("RESET", met);
        assertSame(End.RESET, met.peer().readToEnd());
    }

    // ---- a peer that reads slowly -------------------------------------------------------------------------

    /** Small steps, each of which the peer waits for; 8 MiB is more than all kernels hold. */
    private static int readSlowly(Meeting met, int bytes) throws IOException {
        byte[] step = new byte[1024];
        int read = 0;
        while (read < bytes) {
            read += met.peer().readSome(step);
        }
        return read;
    }

    @ParameterizedTest
    @MethodSource("leavingAtOnce")
    @DisplayName("4 BACKGROUND and LINGER wait until the kernel, or the peer's, has what a slow peer has "
            + "not read")
    void slowPeerFindsAll(Side side, CloseMode mode, String outcome) throws IOException {
        Meeting met = meet(side, options(side, LONG), SMALL_WINDOW_BYTES);
        int bytes = 24 << 20;
        met.ws().send(new byte[bytes]);
        met.ws().close(1000, "done", mode);
        long read = readSlowly(met, 4 << 20);
        assertFalse(met.isOver(), "not all has left this end's queue");
        read += met.peer().countToEnd();
        int headerBytes = side == Side.SERVER ? 10 + 2 : 14 + 6;
        assertEquals(bytes + headerBytes + 2 + "done".length(), read);
        assertOutcome(outcome, met);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("4 LINGER is not over while a slow peer's kernel lacks a byte; BACKGROUND is")
    void lingerWaitsForTheSlowPeersKernel(Side side) throws IOException {
        Meeting lingers = meet(side, options(side, LONG), SMALL_WINDOW_BYTES);
        lingers.ws().send(new byte[MESSAGE_BYTES]);
        lingers.ws().close(1000, "done", LINGER);
        Meeting leaves = meet(side, options(side, LONG), SMALL_WINDOW_BYTES);
        leaves.ws().send(new byte[MESSAGE_BYTES]);
        leaves.ws().close(1000, "done", CloseMode.BACKGROUND);
        assertOutcome("CLOSED_FIRST", leaves);
        readSlowly(lingers, MESSAGE_BYTES / 2);
        assertFalse(lingers.isOver());
        assertSame(End.FIN, lingers.peer().readToEnd());
        assertOutcome("LINGER_ACKNOWLEDGED", lingers);
        assertEquals(2, leaves.peer().readFramesToEnd().size());
    }

    @ParameterizedTest
    @MethodSource("waitingForThePeer")
    @DisplayName("4 HALF_CLOSE and ACKNOWLEDGED wait for a slow peer to the end")
    void slowPeerIsWaitedFor(Side side, CloseMode mode, String outcome) throws IOException {
        Meeting met = meet(side, options(side, LONG), SMALL_WINDOW_BYTES);
        byte[] message = filled(MESSAGE_BYTES, 7);
        for (int i = 0; i < 4; i++) {
            met.ws().send(message);
        }
        met.ws().close(1000, "done", mode);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(message, met.peer().readFrame().payload().bytes());
            assertFalse(met.isOver());
        }
        readAndAnswer(met);
        assertFalse(met.isOver());
        answerCloseAndEnd(met);
        assertOutcome(outcome, met);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("4 RESET waits for no slow peer, which does not get all")
    void slowPeerIsReset(Side side) throws IOException {
        Meeting met = meet(side, options(side, LONG), SMALL_WINDOW_BYTES);
        met.ws().send(new byte[8 << 20]);
        readSlowly(met, 64 << 10);
        met.ws().close(1000, "done", CloseMode.RESET);
        assertOutcome("RESET", met);
        assertSame(End.RESET, met.peer().readToEnd());
    }

    // ---- a peer that never reads --------------------------------------------------------------------------

    static Stream<Arguments> neverReads() {
        return Stream.of(Side.values())
                .flatMap(side -> Stream.of(arguments(side, CloseMode.BACKGROUND, "CLOSED_FIRST"),
                        arguments(side, LINGER, "LINGER_ACKNOWLEDGED"),
                        arguments(side, CloseMode.RESET, "RESET"),
                        arguments(side, CloseMode.HALF_CLOSE, "DEADLINE"),
                        arguments(side, CloseMode.ACKNOWLEDGED, "DEADLINE")));
    }

    /**
     * The peer's kernel has taken everything: only the modes that ask for more than that find out that the
     * peer has not read it.
     */
    @ParameterizedTest
    @MethodSource("neverReads")
    @DisplayName("4 a peer that never reads: the outcome of each mode, and what is left for it")
    void peerThatNeverReads(Side side, CloseMode mode, String outcome) throws IOException {
        Meeting met = meet(side, SHORT);
        met.ws().send("unread");
        met.ws().close(1000, "done", mode);
        assertOutcome(outcome, met);
        boolean left = outcome.equals("CLOSED_FIRST") || outcome.equals("LINGER_ACKNOWLEDGED");
        assertSame(left ? End.FIN : End.RESET, met.peer().readToEnd());
    }

    // ---- a peer that vanishes -----------------------------------------------------------------------------

    static Stream<Arguments> vanishes() {
        return Stream.of(Side.values())
                .flatMap(side -> Stream.of(arguments(side, CloseMode.BACKGROUND, "CLOSED_FIRST"),
                        arguments(side, CloseMode.linger(SHORT), "LINGER_EXPIRED"),
                        arguments(side, CloseMode.RESET, "RESET"),
                        arguments(side, CloseMode.HALF_CLOSE, "DEADLINE"),
                        arguments(side, CloseMode.ACKNOWLEDGED, "DEADLINE")));
    }

    @ParameterizedTest
    @MethodSource("vanishes")
    @DisplayName("4 a peer that vanishes while our kernel has all: the outcome of each mode")
    void peerThatVanishes(Side side, CloseMode mode, String outcome) throws IOException {
        Meeting met = meet(side, options(side, SHORT), SMALL_WINDOW_BYTES);
        met.ws().send(new byte[MESSAGE_BYTES]);
        Patience.await("the kernel has the message", () -> met.ws().bufferedAmount() == 0);
        met.ws().close(1000, "done", mode);
        assertOutcome(outcome, met);
    }

    @ParameterizedTest
    @MethodSource("vanishes")
    @DisplayName("4 a peer that vanishes while output waits in our queue: the close deadline, whatever "
            + "the mode")
    void peerThatVanishesEarly(Side side, CloseMode mode, String later) throws IOException {
        Meeting met = meet(side, options(side, SHORT), SMALL_WINDOW_BYTES);
        fillAndAwaitStuck(met.ws());
        met.ws().close(1000, "done", mode);
        assertOutcome(mode == CloseMode.RESET ? "RESET" : "DEADLINE", met);
        assertSame(End.RESET, met.peer().readToEnd());
    }

    // ---- unread input -------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({ "linger:60s, LINGER_ACKNOWLEDGED", "half-close, FIN_EXCHANGED" })
    @DisplayName("4 LINGER and HALF_CLOSE throw input away that was never read, and which would make a "
            + "reset of the close")
    void unreadInput(String mode, String outcome) throws IOException {
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, text) -> ws.pause());
        RawSocket peer = meetServer(recorder, options(Side.SERVER, LONG), SMALL_WINDOW_BYTES);
        WebSocket ws = recorder.awaitOpen();
        peer.write(Frames.text("and now it reads no more").mask());
        recorder.awaitText();
        peer.write(Frames.binary(new byte[1000]).mask());
        ws.send(new byte[MESSAGE_BYTES]);
        ws.close(1000, "done", CloseMode.parse(mode));
        if (outcome.equals("FIN_EXCHANGED")) {
            ws.resume();
            peer.write(Frames.close(1000, "").mask());
        }
        if (outcome.equals("LINGER_ACKNOWLEDGED")) {
            Patience.await("the close is under way",
                    () -> !Leaks.threads(TransportContract.SERVER_THREADS + "-linger-").isEmpty());
        }
        // A reset would take with it what our kernel has not sent yet.
        assertEquals(10 + MESSAGE_BYTES + 2 + 2 + "done".length(), peer.countToEnd());
        peer.close();
        assertEquals(outcome, within(ws.closeFuture()).outcome());
    }

    // ---- and else -----------------------------------------------------------------------------------------

    @Test
    @DisplayName("4 a close that lingers holds up no other connection, nor the end of its server")
    void lingeringHoldsUpNobody() throws IOException {
        Recorder recorder = new Recorder();
        WebSocketServer server = start(on.server()
                .endpoint("/", recorder)
                .endpoint("/echo", new Echo())
                .options(options(Side.SERVER, LONG)));
        RawSocket vanished =
                closeLater(on.rawClient(server, OptionalInt.of(SMALL_WINDOW_BYTES))).handshake("/");
        WebSocket ws = recorder.awaitOpen();
        ws.send(new byte[MESSAGE_BYTES]);
        ws.close(1000, "done", LINGER);
        for (int i = 0; i < 16; i++) {
            RawSocket other = rawSocket(server).handshake("/echo");
            other.write(Frames.text("still here").mask());
            assertEquals("still here", other.readFrame().text());
        }
        assertFalse(ws.closeFuture().isDone());
        stopAtOnce(server);
        assertEquals("LINGER_EXPIRED", within(ws.closeFuture()).outcome());
        vanished.close();
    }

    private static void stopAtOnce(WebSocketServer server) {
        try {
            server.stop(SHORT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("4 the connection's own mode holds for close() and for the answer to the peer's Close frame")
    void presetMode(Side side) throws IOException {
        ConnectionOptions options = options(side, LONG).withCloseMode(CloseMode.BACKGROUND);
        Meeting closes = meet(side, options, 1 << 20);
        closes.ws().close();
        assertOutcome("CLOSED_FIRST", closes);
        Meeting answers = meet(side, options, 1 << 20);
        answers.write(Frames.close(4000, "peer"));
        assertOutcome("CLOSED_FIRST", answers);
        assertTrue(answers.end().clean());
        assertEquals(List.of(4000),
                answers.peer().readFramesToEnd().stream().map(RawFrame::closeCode).toList());
    }

    @Test
    @DisplayName("4 between two Duplex endpoints, ACKNOWLEDGED is acknowledged and both are clean")
    void twoEndsOfOurs() throws IOException {
        Recorder atServer = new Recorder();
        Recorder atClient = new Recorder();
        WebSocket client = connect(serve(atServer, options(Side.SERVER, LONG)), atClient);
        atServer.awaitOpen();
        client.send("a");
        client.close(4001, "client", CloseMode.ACKNOWLEDGED);
        assertEquals("ACKNOWLEDGED", within(client.closeFuture()).outcome());
        assertEquals("a", atServer.awaitText());
        assertEquals(4001, atServer.skipToClosed().code());
        assertTrue(atClient.skipToClosed().clean());
    }
}
