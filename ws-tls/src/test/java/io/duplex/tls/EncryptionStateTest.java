package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.tls.EncryptionState.Event;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of states and events, impossible cells included. */
class EncryptionStateTest {
    private static final String TABLE = """
                          IDLE       PENDING    PRODUCING  CLOSING    FLUSHING  CLOSED
            OUTPUT_READY  PENDING    PENDING    PENDING    CLOSING    FLUSHING  CLOSED
            CALL_STARTS   PRODUCING  PRODUCING  PRODUCING  CLOSING    FLUSHING  CLOSED
            CALL_EXHAUSTS –          PENDING    IDLE       CLOSING    FLUSHING  CLOSED
            CALL_PAUSES   –          PENDING    PENDING    CLOSING    FLUSHING  CLOSED
            CLOSE         CLOSING    CLOSING    CLOSING    CLOSING    FLUSHING  CLOSED
            ENGINE_DONE   FLUSHING   FLUSHING   FLUSHING   FLUSHING   FLUSHING  CLOSED
            SPILL_EMPTIED –          –          –          –          CLOSED    –
            """;

    private static List<String> cells(Event event) {
        String line = TABLE.lines().filter(row -> row.startsWith(event + " ")).findFirst().orElseThrow();
        return Arrays.asList(line.split(" +")).subList(1, 1 + EncryptionState.values().length);
    }

    @Test
    void theTablesColumnsAreTheStates() {
        String heading = TABLE.lines().findFirst().orElseThrow().strip();
        assertEquals(Arrays.toString(EncryptionState.values()), Arrays.toString(heading.split(" +")));
    }

    @ParameterizedTest
    @EnumSource
    void eachEventLeadsWhereTheTableSays(Event event) {
        for (EncryptionState state : EncryptionState.values()) {
            String cell = cells(event).get(state.ordinal());
            if (cell.equals("–")) {
                assertThrows(IllegalStateException.class, () -> state.after(event),
                        () -> state + ", " + event);
            } else {
                assertSame(EncryptionState.valueOf(cell), state.after(event), () -> state + ", " + event);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyIdleAndClosedOutputIsNotPending(EncryptionState state) {
        assertEquals(!Set.of(EncryptionState.IDLE, EncryptionState.CLOSED).contains(state),
                state.isPending());
    }

    @ParameterizedTest
    @EnumSource
    void theEngineIsDoneInTheLastTwoStates(EncryptionState state) {
        assertEquals(EnumSet.of(EncryptionState.FLUSHING, EncryptionState.CLOSED).contains(state),
                state.isEngineDone());
    }
}
