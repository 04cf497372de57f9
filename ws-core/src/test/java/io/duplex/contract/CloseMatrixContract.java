package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.client.WebSocketClient;
import io.duplex.contract.MatrixEnds.Encounter;
import io.duplex.contract.MatrixEnds.Meeting;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.RawSocket.End;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The close matrix: every way in which a connection ends, at every kind of moment, again and again. A few
 * rounds of each cell run in each build; {@code -Dduplex.closeMatrix.rounds=1000} makes it the long run.
 * Where both ends can behave, both are ours; where one must not, it is raw, and is the peer of a server in
 * even rounds and of a client in odd ones.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class CloseMatrixContract extends ContractPart {
    /** How the connection ends. */
    enum Way {
        SERVER_CLOSES, CLIENT_CLOSES, BOTH_AT_ONCE, PROTOCOL_FAILURE, DEADLINE, ABORT
    }

    /** What goes on meanwhile. The peer is the end that did not begin. */
    enum Moment {
        IDLE, IN_FLIGHT_BOTH_WAYS, PEER_NOT_READING, PEER_SENDING_MEGABYTES
    }

    private static final int ROUNDS = Integer.getInteger("duplex.closeMatrix.rounds", 4);
    /** Rounds that run at once: they wait most of the time. */
    private static final int WIDTH = 4;
    /** For the cells that are about it; all others have all the time that they need. */
    private static final Duration DEADLINE = Duration.ofMillis(80);

    CloseMatrixContract(TransportContract on) {
        super(on);
    }

    static Stream<Arguments> cells() {
        return Arrays.stream(Way.values())
                .flatMap(way -> Arrays.stream(Moment.values()).map(moment -> arguments(way, moment)));
    }

    @ParameterizedTest(name = "{0} × {1}")
    @MethodSource("cells")
    @DisplayName("4 the close matrix: nothing lost, codes equal, no reset where none is due, nothing left "
            + "behind")
    void cell(Way way, Moment moment) throws Exception {
        // What the JDK opens once and keeps is open after this.
        run(way, moment, 2);
        OptionalInt descriptors = Leaks.descriptors();
        run(way, moment, ROUNDS);
        Leaks.awaitDescriptors(descriptors);
        Leaks.awaitNoThreads(TransportContract.SERVER_THREADS);
        Leaks.awaitNoThreads(TransportContract.CLIENT_THREADS);
    }

    private void run(Way way, Moment moment, int rounds) throws Exception {
        Duration close = way == Way.DEADLINE ? DEADLINE : LONG;
        try (MatrixEnds ends = new MatrixEnds(on, close);
                ExecutorService threads = Executors.newFixedThreadPool(WIDTH)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                int round = i;
                running.add(threads.submit(() -> {
                    round(ends, way, moment, round);
                    return null;
                }));
            }
            for (int i = 0; i < rounds; i++) {
                try {
                    running.get(i).get();
                } catch (ExecutionException e) {
                    threads.shutdownNow();
                    throw new AssertionError(way + " × " + moment + ", round " + i, e.getCause());
                }
            }
        }
    }

    private void round(MatrixEnds ends, Way way, Moment moment, int round) throws Exception {
        boolean even = round % 2 == 0;
        switch (way) {
            case SERVER_CLOSES -> orderly(ends.meet(true, moment), moment, false);
            case CLIENT_CLOSES -> orderly(ends.meet(false, moment), moment, false);
            case BOTH_AT_ONCE -> orderly(ends.meet(even, moment), moment, true);
            case ABORT -> abort(ends.meet(even, moment), moment);
            case PROTOCOL_FAILURE -> {
                try (Encounter raw = ends.encounter(even)) {
                    failure(raw, moment);
                }
            }
            case DEADLINE -> {
                try (Encounter raw = ends.encounter(even)) {
                    deadline(raw, moment);
                }
            }
        }
    }

    // ---- both ends are ours -------------------------------------------------------------------------------

    private static void orderly(Meeting met, Moment moment, boolean both) {
        met.goOn(moment);
        met.closer().socket().close(4001, "closer");
        if (both) {
            met.peer().socket().close(4002, "peer");
        }
        met.peer().socket().resume();
        CloseInfo atCloser = met.closer().awaitClosed();
        CloseInfo atPeer = met.peer().awaitClosed();
        String infos = atCloser + " / " + atPeer;
        assertEquals(met.closer().sent(), met.peer().received(), () -> "messages of the closer; " + infos);
        assertEquals(met.peer().sent(), met.closer().received(), () -> "messages of the peer; " + infos);
        assertEquals(atCloser.sent(), atPeer.received(), infos);
        assertEquals(atPeer.sent(), atCloser.received(), infos);
        assertEquals(4001, atPeer.code(), infos);
        assertTrue(atCloser.code() == 4001 || both && atCloser.code() == 4002, infos);
        assertTrue(atCloser.clean() && atPeer.clean(), infos);
        assertSame(TcpEnd.FIN_EXCHANGED, atCloser.tcpEnd(), infos);
        assertSame(TcpEnd.FIN_EXCHANGED, atPeer.tcpEnd(), infos);
    }

    private static void abort(Meeting met, Moment moment) {
        met.goOn(moment);
        met.closer().socket().abort();
        met.peer().socket().resume();
        CloseInfo atCloser = met.closer().awaitClosed();
        CloseInfo atPeer = met.peer().awaitClosed();
        String infos = atCloser + " / " + atPeer;
        assertEquals("RESET", atCloser.outcome(), infos);
        assertEquals("BROKEN", atPeer.outcome(), infos);
        assertEquals(Optional.empty(), atPeer.received(), infos);
        assertTrue(met.peer().received() <= met.closer().sent(), infos);
        assertTrue(met.closer().received() <= met.peer().sent(), infos);
    }

    // ---- the peer is raw ----------------------------------------------------------------------------------

    private void failure(Encounter raw, Moment moment) throws Exception {
        raw.goOn(moment);
        raw.breakRule(moment == Moment.PEER_SENDING_MEGABYTES);
        int code = raw.readMessagesToClose();
        assertEquals(1002, code);
        assertEquals(raw.subject().sent(), raw.messagesRead(), "messages sent before the Close frame");
        if (raw.ofServer()) {
            assertSame(End.FIN, raw.socket().readToEnd(), "no reset is due");
        }
        raw.closeSocket();
        CloseInfo info = raw.subject().awaitClosed();
        assertEquals(raw.messagesWritten(), raw.subject().received(), info.toString());
        assertEquals(code, info.sent().orElseThrow().code(), info.toString());
        assertEquals("FIN_EXCHANGED", info.outcome(), info.toString());
    }

    private void deadline(Encounter raw, Moment moment) throws Exception {
        raw.goOn(moment);
        raw.subject().socket().close(4001, "closer");
        CloseInfo info = raw.subject().awaitClosed();
        assertEquals("DEADLINE", info.outcome(), info.toString());
        assertSame(TcpEnd.RESET, info.tcpEnd(), info.toString());
        assertTrue(raw.subject().received() <= raw.messagesWritten(), info.toString());
        assertSame(End.RESET, raw.socket().readToEnd(), info.toString());
    }

    /** The options of an end whose queue takes all that a round sends. */
    static ConnectionOptions options(ConnectionOptions defaults, Duration close) {
        return defaults.withTimeouts(Timeouts.DEFAULT.withoutKeepAlive().withClose(close))
                .withSendQueue(defaults.sendQueue().withLimitBytes(64 << 20));
    }

    static WebSocketServer.Builder server(TransportContract on, Duration close) {
        return on.server().options(options(ConnectionOptions.SERVER, close));
    }

    static WebSocketClient.Builder client(TransportContract on, Duration close) {
        return on.client().options(options(ConnectionOptions.CLIENT, close));
    }
}
