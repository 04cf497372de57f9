package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private static final Runnable FIRST = () -> {};
    private static final Runnable SECOND = () -> {};

    /** Only its turn is used: nothing is called. */
    private final SerialExecutor turn = new SerialExecutor(null, null);

    @Test
    void aTaskThatFindsTheTurnFreeTakesIt() {
        assertTrue(turn.add(FIRST));
        assertFalse(turn.add(SECOND));
        assertSame(FIRST, turn.nextOrRelease());
        assertSame(SECOND, turn.nextOrRelease());
        assertNull(turn.nextOrRelease());
        assertTrue(turn.add(FIRST));
    }

    @Test
    void aTaskThatFindsTheTurnTakenIsLeftToItsOwner() {
        turn.take();
        assertFalse(turn.add(FIRST));
        assertSame(FIRST, turn.nextOrRelease());
        assertNull(turn.nextOrRelease());
    }

    @Test
    void theConnectionThreadGetsTheTurnBeforeTheRemainingTasks() throws Exception {
        assertTrue(turn.add(FIRST));
        turn.add(SECOND);
        assertSame(FIRST, turn.nextOrRelease());
        Thread connection = startAndAwaitWaiting();
        assertNull(turn.nextOrRelease());
        connection.join();
        assertFalse(turn.add(FIRST));
        assertSame(SECOND, turn.nextOrRelease());
    }

    @Test
    void aForfeitedTurnIsFreeAndItsTasksWait() {
        assertTrue(turn.add(FIRST));
        turn.forfeit();
        turn.take();
        assertSame(FIRST, turn.nextOrRelease());
    }

    @Test
    void aForfeitedTurnGoesToTheConnectionThreadThatWaits() throws Exception {
        assertTrue(turn.add(FIRST));
        Thread connection = startAndAwaitWaiting();
        turn.forfeit();
        connection.join();
        assertFalse(turn.add(SECOND));
    }

    @Test
    void theEndHandsOutWhatWaitsAndDropsWhatComes() {
        turn.take();
        turn.add(FIRST);
        assertEquals(List.of(FIRST), turn.end());
        assertFalse(turn.add(SECOND));
        assertNull(turn.nextOrRelease());
    }

    private Thread startAndAwaitWaiting() {
        Thread connection = Thread.ofPlatform().start(turn::take);
        while (connection.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return connection;
    }
}
