package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionClosedException;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.ReadyState;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.client.WebSocketClient;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.RawSocket.End;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.io.Writer;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Design section 3, rule 7, and section 4: connections that end in order. Those that do not are in
 * {@link FailureContract}.
 */
abstract class CloseContract extends ContractPart {
    private static final int MESSAGES = 4000;

    private final Recorder recorder = new Recorder();

    CloseContract(TransportContract on) {
        super(on);
    }

    private static Optional<CloseStatus> code(int code, String reason) {
        return Optional.of(new CloseStatus(code, reason));
    }

    /** The peer ends TCP after the server has: nothing is left that a reset could destroy. */
    private static void awaitFinAndClose(RawSocket peer) throws IOException {
        assertSame(End.FIN, peer.readToEnd());
        peer.close();
    }

    @Test
    @DisplayName("3.7 a server closes: both ends see code and reason as sent")
    void serverCloses() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ws.close(4001, "gr\u00fcezi");
        RawFrame close = peer.readFrame();
        assertEquals(4001, close.closeCode());
        assertEquals("gr\u00fcezi", close.closeReason());
        peer.write(Frames.close(4001, "").mask());
        awaitFinAndClose(peer);
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.clean());
        assertEquals(code(4001, "gr\u00fcezi"), info.sent());
        assertEquals(code(4001, ""), info.received());
        assertSame(Initiator.APPLICATION, info.initiator());
        assertSame(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
    }

    @Test
    @DisplayName("3.7 the peer of a server closes: its code is answered and reported")
    void peerOfServerCloses() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        recorder.awaitOpen();
        peer.write(Frames.close(4002, "done").mask());
        assertEquals(4002, peer.readFrame().closeCode());
        awaitFinAndClose(peer);
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.clean());
        assertEquals(code(4002, "done"), info.received());
        assertEquals(4002, info.sent().orElseThrow().code());
        assertSame(Initiator.PEER, info.initiator());
        assertSame(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
    }

    @Test
    @DisplayName("3.7 a client closes: both ends see code and reason as sent")
    void clientCloses() throws IOException {
        RawSocket peer = rawPeer(recorder);
        recorder.awaitOpen().close(4003, "bye");
        RawFrame close = peer.readFrame();
        assertTrue(close.masked());
        assertEquals(4003, close.closeCode());
        assertEquals("bye", close.closeReason());
        peer.write(Frames.close(4003, "ok"));
        peer.close();
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.clean());
        assertEquals(code(4003, "bye"), info.sent());
        assertEquals(code(4003, "ok"), info.received());
        assertSame(Initiator.APPLICATION, info.initiator());
        assertSame(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
    }

    @Test
    @DisplayName("3.7 the peer of a client closes: its code is answered and reported")
    void peerOfClientCloses() throws IOException {
        RawSocket peer = rawPeer(recorder);
        recorder.awaitOpen();
        peer.write(Frames.close(1001, "restart"));
        assertEquals(1001, peer.readFrame().closeCode());
        peer.close();
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.clean());
        assertEquals(code(1001, "restart"), info.received());
        assertEquals(1001, info.code());
        assertSame(Initiator.PEER, info.initiator());
    }

    @Test
    @DisplayName("3.7 between a Duplex server and client, each sees what the other sent")
    void bothEndsAreOurs() throws IOException {
        Recorder onClient = new Recorder();
        WebSocket ws = connect(serve(recorder), onClient);
        onClient.awaitOpen();
        recorder.awaitOpen();
        ws.close(3999, "from the client");
        CloseInfo atClient = onClient.awaitClosed();
        CloseInfo atServer = recorder.awaitClosed();
        assertEquals(atClient.sent(), atServer.received());
        assertEquals(atServer.sent(), atClient.received());
        assertEquals("from the client", atServer.reason());
        assertTrue(atClient.clean() && atServer.clean());
        assertSame(TcpEnd.FIN_EXCHANGED, atClient.tcpEnd());
        assertSame(TcpEnd.FIN_EXCHANGED, atServer.tcpEnd());
    }

    @Test
    @DisplayName("3.7 both ends close at once: each sends one Close frame")
    void bothCloseAtOnce() throws IOException {
        recorder.on(Event.Text.class, (ws, e) -> ws.close(4010, "server"));
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.text("go").mask(), Frames.close(4011, "peer").mask());
        List<RawFrame> frames = peer.readFramesToEnd();
        assertEquals(List.of(4010), frames.stream().map(RawFrame::closeCode).toList());
        peer.close();
        recorder.awaitOpen();
        recorder.awaitText();
        CloseInfo info = recorder.awaitClosed();
        assertTrue(info.clean());
        assertEquals(code(4010, "server"), info.sent());
        assertEquals(code(4011, "peer"), info.received());
        assertSame(Initiator.APPLICATION, info.initiator());
    }

    @Test
    @DisplayName("3.7 a Close frame without payload is reported as 1005")
    void closeWithoutCode() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.close().mask());
        assertTrue(peer.readFrame().isClose());
        awaitFinAndClose(peer);
        recorder.awaitOpen();
        CloseInfo info = recorder.awaitClosed();
        assertEquals(Optional.of(CloseStatus.NONE), info.received());
        assertEquals(1005, info.code());
        assertTrue(info.clean());
    }

    @Test
    @DisplayName("3.7 a second close has no effect")
    void secondClose() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ws.close(4001, "first");
        ws.close(4002, "second");
        ws.close();
        peer.write(Frames.close(4001, "").mask());
        assertEquals(List.of("first"), peer.readFramesToEnd().stream().map(RawFrame::closeReason).toList());
        peer.close();
        assertEquals(code(4001, "first"), recorder.awaitClosed().sent());
    }

    @Test
    @DisplayName("3.7 a code that must not be on the wire, or a long reason, is refused; the connection "
            + "lives on")
    void refusedArguments() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        for (int code : new int[] { 0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_536 + 1000 }) {
            assertThrows(IllegalArgumentException.class, () -> ws.close(code, ""), "code " + code);
        }
        assertThrows(IllegalArgumentException.class, () -> ws.close(1000, "x".repeat(124)));
        assertThrows(IllegalArgumentException.class, () -> ws.close(1000, "\u00fc".repeat(62)));
        assertSame(ReadyState.OPEN, ws.readyState());
        ws.close(1000, "x".repeat(123));
        assertEquals("x".repeat(123), peer.readFrame().closeReason());
    }

    @Test
    @DisplayName("3.7 bytes after a Close frame are discarded")
    void nothingBehindAClose() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.close(1000, "").mask(), Frames.text("late").mask(), Frames.of(15).withRsv(7));
        assertEquals(1, peer.readFramesToEnd().size());
        peer.close();
        recorder.awaitOpen();
        assertTrue(recorder.awaitClosed().clean());
    }

    @Test
    @DisplayName("3.7 messages that come between our Close frame and the peer's are delivered")
    void messagesUntilThePeersClose() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        recorder.awaitOpen().close(1000, "");
        assertTrue(peer.readFrame().isClose());
        peer.write(Frames.text("on its way").mask(), Frames.close(1000, "").mask());
        awaitFinAndClose(peer);
        assertEquals("on its way", recorder.awaitText());
        assertTrue(recorder.awaitClosed().clean());
    }

    @Test
    @DisplayName("3.7 readyState goes from OPEN over CLOSING to CLOSED")
    void readyStates() throws IOException {
        CompletableFuture<ReadyState> inOnClose = new CompletableFuture<>();
        recorder.on(Event.Closed.class, (ws, e) -> inOnClose.complete(ws.readyState()));
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        assertSame(ReadyState.OPEN, ws.readyState());
        ws.close();
        assertSame(ReadyState.CLOSING, ws.readyState());
        peer.write(Frames.close(1000, "").mask());
        peer.readToEnd();
        assertFalse(ws.closeFuture().isDone(), "TCP still stands");
        peer.close();
        within(ws.closeFuture());
        assertSame(ReadyState.CLOSED, ws.readyState());
        assertSame(ReadyState.CLOSED, within(inOnClose));
    }

    @Test
    @DisplayName("3.7 closeFuture completes with onClose's information, after that callback")
    void closeFutureComesAfterOnClose() throws IOException {
        CompletableFuture<Boolean> doneInside = new CompletableFuture<>();
        recorder.on(Event.Closed.class, (ws, e) -> doneInside.complete(ws.closeFuture().isDone()));
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        peer.write(Frames.close(1000, "").mask());
        peer.readToEnd();
        peer.close();
        CloseInfo info = within(ws.closeFuture());
        assertFalse(within(doneInside));
        assertSame(info, recorder.awaitClosed());
    }

    @Test
    @DisplayName("3.7 closeAndWait waits for the end and returns how it was")
    void closeAndWaitWaits() throws Exception {
        WebSocket ws = connect(serve(new Recorder()), recorder);
        CloseInfo info = ws.closeAndWait(LONG);
        assertTrue(info.clean());
        assertSame(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
        recorder.awaitOpen();
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.7 closeAndWait aborts when its time is over")
    void closeAndWaitAborts() throws Exception {
        RawSocket peer = rawPeer(serve(recorder));
        CloseInfo info = recorder.awaitOpen().closeAndWait(SHORT);
        assertFalse(info.clean());
        assertSame(TcpEnd.RESET, info.tcpEnd());
        assertSame(End.RESET, peer.readToEnd());
    }

    @Test
    @DisplayName("3.7 closeAndWait in a callback, which must not wait, is refused")
    void closeAndWaitInACallback() throws IOException {
        Assumptions.assumeFalse(on.offloaded(), "an off-loaded callback may wait");
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        recorder.on(Event.Text.class, (ws, e) -> thrown.complete(
                assertThrows(Throwable.class, () -> ws.closeAndWait(LONG))));
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.text("go").mask());
        assertInstanceOf(IllegalStateException.class, within(thrown));
        recorder.awaitOpen();
        recorder.awaitText();
    }

    @Test
    @DisplayName("3.7 closeAndWait in an off-loaded callback waits for the end, and onClose comes behind "
            + "that callback")
    void closeAndWaitInAnOffloadedCallback() throws IOException {
        Assumptions.assumeTrue(on.offloaded(), "on the transport's thread a callback must not wait");
        CompletableFuture<CloseInfo> end = new CompletableFuture<>();
        recorder.on(Event.Text.class, (ws, e) -> end.complete(ws.closeAndWait(LONG)));
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.text("go").mask());
        assertEquals(1000, peer.readFrame().closeCode());
        peer.write(Frames.close(1000, "").mask());
        awaitFinAndClose(peer);
        assertTrue(within(end).clean());
        recorder.awaitOpen();
        recorder.awaitText();
        assertEquals(within(end), recorder.awaitClosed());
    }

    // ---- what came before the end of the input

    /** How an application receives. */
    enum Style {
        CALLBACKS, EXECUTOR, BLOCKING, STREAMS
    }

    /** An echo server that reports how blocking handlers end: null, or what receiving has thrown. */
    private WebSocketServer echo(Style style, ExecutorService executor,
            CompletableFuture<Optional<Throwable>> end) throws IOException {
        return switch (style) {
            case CALLBACKS -> serve(new Echo());
            case EXECUTOR -> start(on.server()
                    .endpoint("/", Endpoint.builder().handler(new Echo()).executor(executor).build()));
            case BLOCKING -> start(on.server().blocking("/", reporting(end, CloseContract::echoLoop)));
            case STREAMS -> start(on.server().blocking("/", reporting(end, CloseContract::echoStreams)));
        };
    }

    private static BlockingHandler reporting(CompletableFuture<Optional<Throwable>> end,
            BlockingHandler handler) {
        return ws -> {
            try {
                handler.handle(ws);
                end.complete(Optional.empty());
            } catch (Throwable thrown) {
                end.complete(Optional.of(thrown));
                throw thrown;
            }
        };
    }

    private static void echoLoop(WebSocket ws) throws InterruptedException {
        for (Message message; (message = ws.receive()) != null;) {
            ws.send(((Message.Text) message).text());
        }
    }

    private static void echoStreams(WebSocket ws) throws Exception {
        for (MessageStream message; (message = ws.receiveStream()) != null;) {
            try (MessageStream taken = message; Writer answer = ws.sendingWriter()) {
                taken.text().transferTo(answer);
            }
        }
    }

    /** Writes messages and what ends the input in one go; reads the answers and what follows them. */
    private static RawFrame exchange(RawSocket peer, byte[] end) throws IOException {
        byte[][] frames = new byte[MESSAGES + 1][];
        for (int i = 0; i < MESSAGES; i++) {
            frames[i] = Frames.text("m" + i).mask().bytes();
        }
        frames[MESSAGES] = end;
        peer.write(frames);
        for (int i = 0; i < MESSAGES; i++) {
            assertEquals("m" + i, readText(peer), "answers before the end");
        }
        RawFrame close = peer.readFrame();
        assertTrue(close.isClose(), close::toString);
        return close;
    }

    private static String readText(RawSocket peer) throws IOException {
        StringBuilder text = new StringBuilder();
        RawFrame frame;
        do {
            frame = peer.readFrame();
            assertFalse(frame.isClose(), () -> "closed before all was answered: " + text);
            text.append(frame.text());
        } while (!frame.fin());
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("3.7 thousands of messages and a Close frame at once: all are answered, then that")
    void answersBeforeTheCloseFrame(Style style) throws IOException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
            RawSocket peer = rawPeer(echo(style, executor, end));
            assertEquals(4000, exchange(peer, Frames.close(4000, "").mask().bytes()).closeCode());
            awaitFinAndClose(peer);
            if (style.compareTo(Style.BLOCKING) >= 0) {
                ConnectionClosedException thrown =
                        assertInstanceOf(ConnectionClosedException.class, within(end).orElseThrow());
                assertEquals(4000, thrown.closeInfo().orElseThrow().code());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("3.7 thousands of messages and a broken frame at once: all are answered, then 1002")
    void answersBeforeAFailure(Style style) throws IOException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
            RawSocket peer = rawPeer(echo(style, executor, end));
            assertEquals(1002, exchange(peer, Frames.of(3).mask().bytes()).closeCode());
            awaitFinAndClose(peer);
            if (style.compareTo(Style.BLOCKING) >= 0) {
                ConnectionClosedException thrown =
                        assertInstanceOf(ConnectionClosedException.class, within(end).orElseThrow());
                assertInstanceOf(WebSocketProtocolException.class, thrown.getCause());
                assertEquals(1002, thrown.closeInfo().orElseThrow().sent().orElseThrow().code());
            }
        }
    }

    @Test
    @DisplayName("3.7 a client in blocking style answers what came before the server's Close frame")
    void clientAnswersBeforeTheCloseFrame() throws Exception {
        RawServer server = closeLater(on.rawServer());
        CompletableFuture<Void> done = new CompletableFuture<>();
        WebSocketClient client = client();
        Thread.ofVirtual().start(() -> {
            try (WebSocket ws = client.connect(on.uri(server, "/"))) {
                echoLoop(ws);
                done.complete(null);
            } catch (Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        RawSocket peer = closeLater(server.accept());
        peer.acceptHandshake();
        peer.write(Frames.text("a"), Frames.text("b"), Frames.close(1000, ""));
        assertEquals("a", peer.readFrame().text());
        assertEquals("b", peer.readFrame().text());
        assertEquals(1000, peer.readFrame().closeCode());
        peer.close();
        within(done);
    }

    @Test
    @DisplayName("3.7 a blocking handler that returns early: the Close frame is answered then")
    void handlerThatReturnsEarly() throws IOException {
        RawSocket peer = rawPeer(start(on.server().blocking("/", ws -> ws.send(ws.receive().toString()))));
        peer.write(Frames.text("a").mask(), Frames.text("b").mask(), Frames.close(1001, "").mask());
        peer.readFrame();
        assertTrue(peer.readFrame().isClose());
        awaitFinAndClose(peer);
    }

    @Test
    @DisplayName("4 the server closes TCP first, and waits for the client's FIN")
    void serverClosesTcpFirst() throws IOException {
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        peer.write(Frames.close(1000, "").mask());
        assertTrue(peer.readFrame().isClose());
        assertSame(End.FIN, peer.readToEnd());
        assertFalse(ws.closeFuture().isDone(), "it still reads");
        peer.write(Frames.text("thrown away").mask());
        peer.close();
        assertSame(TcpEnd.FIN_EXCHANGED, recorder.awaitClosed().tcpEnd());
    }

    @Test
    @DisplayName("4 a client waits for the server's FIN")
    void clientWaitsForTheServersFin() throws IOException {
        RawSocket peer = rawPeer(recorder);
        WebSocket ws = recorder.awaitOpen();
        ws.close();
        assertTrue(peer.readFrame().isClose());
        peer.write(Frames.close(1000, ""));
        peer.socket().setSoTimeout((int) SHORT.toMillis());
        assertThrows(SocketTimeoutException.class, peer::readFrame);
        assertFalse(ws.closeFuture().isDone());
        peer.close();
        assertSame(TcpEnd.FIN_EXCHANGED, recorder.awaitClosed().tcpEnd());
    }

    @Test
    @DisplayName("4 a client whose server never ends TCP goes first at the deadline, without a reset")
    void clientGoesFirstAtTheDeadline() throws IOException {
        untilInTime(limit -> {
            Recorder onClient = new Recorder();
            RawSocket peer = rawPeer(onClient, with(ConnectionOptions.CLIENT,
                    Timeouts.DEFAULT.withClose(limit)));
            onClient.awaitOpen().close();
            assertTrue(peer.readFrame().isClose());
            End end = answerAndReadToEnd(peer, Frames.close(1000, ""));
            CloseInfo info = onClient.skipToClosed();
            if (info.received().isEmpty() || end != End.FIN) {
                return false;
            }
            assertSame(TcpEnd.CLOSED_FIRST, info.tcpEnd());
            assertEquals(1000, info.code());
            return true;
        });
    }
}
