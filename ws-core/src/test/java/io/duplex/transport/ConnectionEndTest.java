package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.PlainLayer;
import io.duplex.transport.ConnectionEnd.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every state × every report, impossible ones included, and what the ends come to. */
class ConnectionEndTest {
    private static final Duration TIME = Duration.ofSeconds(3);
    private static final IOException WRITE = new IOException("write");

    /** Columns: reports. */
    private enum Report {
        OPEN(end -> end.drained(OutputState.OPEN, new PlainLayer())),
        END(end -> end.drained(OutputState.END, new PlainLayer())),
        CLOSE(end -> end.drained(OutputState.CLOSE, new PlainLayer())),
        LINGER(end -> end.drained(OutputState.CLOSE, lingering())),
        ABORT(end -> end.drained(OutputState.ABORT, new PlainLayer())),
        FIN(ConnectionEnd::finReceived),
        READING(end -> end.idle(true, false)),
        PAUSED(end -> end.idle(false, false)),
        MORE(end -> end.idle(false, true)),
        READING_MORE(end -> end.idle(true, true));

        final Function<ConnectionEnd, Step> made;

        Report(Function<ConnectionEnd, Step> made) {
            this.made = made;
        }
    }

    /**
     * Rows: what has happened before (s: FIN sent, r: FIN received, w: a write failed, e: the end has begun).
     * That a write fails after the FIN was sent is impossible, and so is a FIN that comes after it and does
     * not end the connection; the answers are here all the same. A dot is GO_ON.
     */
    private static final String TABLE = """
            state  OPEN END        CLOSE LINGER     ABORT FIN   READING PAUSED MORE READING_MORE
            -      .    HALF_CLOSE CLOSE HALF_CLOSE RESET .     .       .      .    .
            s      .    .          CLOSE CLOSE      RESET .     .       .      .    .
            r      .    HALF_CLOSE CLOSE HALF_CLOSE RESET .     .       .      .    .
            w      .    .          .     .          RESET FAIL  .       FAIL   .    .
            sr     .    .          CLOSE CLOSE      RESET .     CLOSE   CLOSE  .    .
            sw     .    .          .     .          RESET FAIL  .       FAIL   .    .
            rw     .    .          .     .          RESET FAIL  .       FAIL   .    .
            srw    .    .          .     .          RESET FAIL  CLOSE   CLOSE  .    .
            e      .    .          .     .          .     .     .       .      .    .
            se     .    .          .     .          .     .     .       .      .    .
            re     .    .          .     .          .     .     .       .      .    .
            we     .    .          .     .          .     .     .       .      .    .
            sre    .    .          .     .          .     .     .       .      .    .
            swe    .    .          .     .          .     .     .       .      .    .
            rwe    .    .          .     .          .     .     .       .      .    .
            srwe   .    .          .     .          .     .     .       .      .    .
            """;

    private static PlainLayer lingering() {
        return new PlainLayer() {
            @Override
            public Optional<Duration> lingerTime() {
                return Optional.of(TIME);
            }
        };
    }

    private static ConnectionEnd after(String state) {
        ConnectionEnd end = new ConnectionEnd(null);
        for (char event : state.toCharArray()) {
            switch (event) {
                case 's' -> end.halfClosed();
                case 'r' -> end.finReceived();
                case 'w' -> end.writeFailed(WRITE);
                case 'e' -> end.begin(TcpEnd.CLOSED_FIRST);
                case '-' -> assertFalse(end.hasBegun());
                default -> throw new AssertionError(state);
            }
        }
        return end;
    }

    @Test
    void everyStateTimesEveryReport() {
        List<String> rows = TABLE.lines().toList();
        assertEquals(
                Stream.of(Report.values()).map(Report::name).collect(Collectors.joining(" ", "state ", "")),
                String.join(" ", rows.getFirst().split(" +")));
        assertEquals(1 + (1 << 4), rows.size(), "all combinations of four facts");
        List<Executable> checks = new ArrayList<>();
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(" +");
            for (Report report : Report.values()) {
                String cell = cells[1 + report.ordinal()];
                Step expected = cell.equals(".") ? Step.GO_ON : Step.valueOf(cell);
                checks.add(() -> assertEquals(expected, report.made.apply(after(cells[0])),
                        cells[0] + " " + report));
            }
        }
        assertAll(checks);
    }

    @Test
    void aCloseComesToWhatWasSeen() {
        assertEquals(TcpEnd.CLOSED_FIRST, after("s").closeEnding());
        assertEquals(TcpEnd.FIN_EXCHANGED, after("sr").closeEnding());
        assertEquals(TcpEnd.FIN_EXCHANGED, after("r").closeEnding());
        ConnectionEnd lingers = after("sr");
        lingers.drained(OutputState.CLOSE, lingering());
        assertEquals(TcpEnd.LINGER_EXPIRED, lingers.closeEnding());
    }

    @Test
    void aCloseThatTheLayerWantsToLingerWaitsItsTime() {
        ConnectionEnd end = new ConnectionEnd(Duration.ofSeconds(9));
        assertEquals(Optional.of(Duration.ofSeconds(9)), end.lingerTime(TcpEnd.FIN_EXCHANGED));
        end.drained(OutputState.CLOSE, lingering());
        assertEquals(Optional.of(TIME), end.lingerTime(TcpEnd.LINGER_EXPIRED));
    }

    @Test
    void theSocketsOwnLingerTimeDoesNotHalfCloseFirst() {
        ConnectionEnd end = new ConnectionEnd(TIME);
        assertEquals(Step.CLOSE, end.drained(OutputState.CLOSE, new PlainLayer()));
        assertEquals(TcpEnd.CLOSED_FIRST, end.closeEnding());
        assertEquals(Optional.of(TIME), end.lingerTime(TcpEnd.CLOSED_FIRST));
    }

    @Test
    void whatBrokeOrIsResetDoesNotLinger() {
        ConnectionEnd end = new ConnectionEnd(TIME);
        assertEquals(Optional.empty(), end.lingerTime(TcpEnd.RESET));
        assertEquals(Optional.empty(), end.lingerTime(TcpEnd.BROKEN));
    }

    @Test
    void theFirstEndCounts() {
        ConnectionEnd end = after("-");
        assertNull(end.begun());
        assertTrue(end.begin(TcpEnd.RESET));
        assertFalse(end.begin(TcpEnd.FIN_EXCHANGED));
        assertTrue(end.hasBegun());
        assertFalse(end.isClosed());
        end.closed(TcpEnd.FIN_EXCHANGED);
        assertTrue(end.isClosed());
        assertEquals(TcpEnd.RESET, end.begun());
        assertEquals(TcpEnd.RESET, end.ending(true));
    }

    @Test
    void onlyALingeringCloseIsAsItWasFound() {
        for (TcpEnd begun : TcpEnd.values()) {
            ConnectionEnd end = after("-");
            end.begin(begun);
            end.closed(TcpEnd.LINGER_ACKNOWLEDGED);
            assertEquals(begun == TcpEnd.LINGER_EXPIRED ? TcpEnd.LINGER_ACKNOWLEDGED : begun,
                    end.ending(true));
        }
    }

    @Test
    void aConnectionThatWasNeverMadeSaysSo() {
        ConnectionEnd end = after("e");
        end.closed(TcpEnd.CLOSED_FIRST);
        assertEquals(TcpEnd.NOT_CONNECTED, end.ending(false));
    }

    @Test
    void theFailureOfAWriteCountsMoreThanThatOfTheReadAfterIt() {
        IOException read = new IOException("read");
        assertSame(read, after("-").failure(read));
        assertSame(WRITE, after("w").failure(read));
        assertSame(WRITE, after("w").failure(null));
    }

    @Test
    void aDrainIsDueForAStateThatIsNotActedOn() {
        assertFalse(after("-").isDrainDue(OutputState.OPEN));
        assertTrue(after("-").isDrainDue(OutputState.END));
        assertFalse(after("s").isDrainDue(OutputState.END));
        assertTrue(after("s").isDrainDue(OutputState.CLOSE));
        assertFalse(after("-").isDrainDue(OutputState.ABORT));
    }
}
