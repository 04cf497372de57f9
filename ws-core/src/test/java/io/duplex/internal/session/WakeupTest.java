package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@link Wakeup}, row by row, and the bursts that it is made for. */
class WakeupTest {
    private enum Corked {
        NO, BY_THIS_THREAD, BY_ANOTHER
    }

    private enum Cause {
        OUTPUT, URGENT_OUTPUT, STATE_CHANGED, URGENT_STATE_CHANGE, UNCORK, DRAINED
    }

    /**
     * Columns: whether the transport knows of output, whether a wake-up is deferred, which thread is corked,
     * the cause; then whether to wake the transport now, and the first two as they are afterwards.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            -,         -,        NO,             OUTPUT,              wake, announced, -
            -,         -,        BY_ANOTHER,     OUTPUT,              wake, announced, -
            -,         -,        BY_THIS_THREAD, OUTPUT,              -,    -,         deferred
            -,         -,        BY_THIS_THREAD, URGENT_OUTPUT,       wake, announced, -
            -,         deferred, BY_THIS_THREAD, OUTPUT,              -,    -,         deferred
            -,         deferred, BY_THIS_THREAD, URGENT_OUTPUT,       wake, announced, -
            -,         deferred, BY_ANOTHER,     OUTPUT,              wake, announced, -
            announced, -,        NO,             OUTPUT,              -,    announced, -
            announced, -,        BY_ANOTHER,     OUTPUT,              -,    announced, -
            announced, -,        BY_THIS_THREAD, OUTPUT,              -,    announced, -
            announced, -,        BY_THIS_THREAD, URGENT_OUTPUT,       -,    announced, -
            announced, deferred, BY_THIS_THREAD, OUTPUT,              -,    announced, deferred
            announced, deferred, BY_THIS_THREAD, URGENT_OUTPUT,       -,    announced, deferred
            announced, deferred, BY_ANOTHER,     OUTPUT,              -,    announced, deferred
            -,         -,        NO,             STATE_CHANGED,       wake, announced, -
            -,         -,        BY_ANOTHER,     STATE_CHANGED,       wake, announced, -
            -,         -,        BY_THIS_THREAD, STATE_CHANGED,       -,    -,         deferred
            -,         -,        BY_THIS_THREAD, URGENT_STATE_CHANGE, wake, announced, -
            -,         deferred, BY_THIS_THREAD, STATE_CHANGED,       -,    -,         deferred
            -,         deferred, BY_THIS_THREAD, URGENT_STATE_CHANGE, wake, announced, -
            -,         deferred, BY_ANOTHER,     STATE_CHANGED,       wake, announced, -
            announced, -,        NO,             STATE_CHANGED,       wake, announced, -
            announced, -,        BY_ANOTHER,     STATE_CHANGED,       wake, announced, -
            announced, -,        BY_THIS_THREAD, STATE_CHANGED,       -,    announced, deferred
            announced, -,        BY_THIS_THREAD, URGENT_STATE_CHANGE, wake, announced, -
            announced, deferred, BY_THIS_THREAD, STATE_CHANGED,       -,    announced, deferred
            announced, deferred, BY_THIS_THREAD, URGENT_STATE_CHANGE, wake, announced, -
            announced, deferred, BY_ANOTHER,     STATE_CHANGED,       wake, announced, -
            -,         -,        BY_THIS_THREAD, UNCORK,              -,    -,         -
            -,         deferred, BY_THIS_THREAD, UNCORK,              wake, announced, -
            announced, -,        BY_THIS_THREAD, UNCORK,              -,    announced, -
            announced, deferred, BY_THIS_THREAD, UNCORK,              wake, announced, -
            -,         -,        NO,             DRAINED,             -,    -,         -
            -,         -,        BY_THIS_THREAD, DRAINED,             -,    -,         -
            -,         -,        BY_ANOTHER,     DRAINED,             -,    -,         -
            -,         deferred, BY_THIS_THREAD, DRAINED,             -,    -,         -
            -,         deferred, BY_ANOTHER,     DRAINED,             -,    -,         -
            announced, -,        NO,             DRAINED,             -,    -,         -
            announced, -,        BY_THIS_THREAD, DRAINED,             -,    -,         -
            announced, -,        BY_ANOTHER,     DRAINED,             -,    -,         -
            announced, deferred, BY_THIS_THREAD, DRAINED,             -,    -,         -
            announced, deferred, BY_ANOTHER,     DRAINED,             -,    -,         -
            """)
    void theTable(String announced, String deferred, Corked corked, Cause cause, String wake,
            String announcedAfter, String deferredAfter) throws InterruptedException {
        Wakeup wakeup = in(announced, deferred, corked);
        assertEquals(wake, happens(wakeup, cause) ? "wake" : "-");
        // Both questions change the state, so each is asked after the same history.
        assertEquals(announcedAfter, wakeup.output(true) ? "-" : "announced");
        Wakeup same = in(announced, deferred, corked);
        happens(same, cause);
        assertEquals(deferredAfter, same.uncork() ? "deferred" : "-");
    }

    private static Wakeup in(String announced, String deferred, Corked corked) throws InterruptedException {
        Wakeup wakeup = new Wakeup();
        if (announced.equals("announced")) {
            assertTrue(wakeup.output(false));
        }
        if (deferred.equals("deferred")) {
            Supplier<Boolean> defers = () -> {
                wakeup.cork();
                return wakeup.stateChanged(false);
            };
            assertFalse(corked == Corked.BY_ANOTHER ? byAnother(defers) : defers.get());
        }
        switch (corked) {
            case NO -> assertFalse(wakeup.isCorked());
            case BY_THIS_THREAD -> {
                wakeup.cork();
                assertTrue(wakeup.isCorked());
            }
            case BY_ANOTHER -> {
                assertTrue(byAnother(() -> {
                    wakeup.cork();
                    return wakeup.isCorked();
                }));
                assertFalse(wakeup.isCorked());
            }
        }
        return wakeup;
    }

    private static boolean byAnother(Supplier<Boolean> step) throws InterruptedException {
        boolean[] result = new boolean[1];
        Thread other = new Thread(() -> result[0] = step.get());
        other.start();
        other.join();
        return result[0];
    }

    private static boolean happens(Wakeup wakeup, Cause cause) {
        return switch (cause) {
            case OUTPUT -> wakeup.output(false);
            case URGENT_OUTPUT -> wakeup.output(true);
            case STATE_CHANGED -> wakeup.stateChanged(false);
            case URGENT_STATE_CHANGE -> wakeup.stateChanged(true);
            case UNCORK -> wakeup.uncork();
            case DRAINED -> {
                wakeup.drained();
                yield false;
            }
        };
    }

    @Test
    void aBurstWakesTheTransportOnce() {
        Wakeup wakeup = new Wakeup();
        assertTrue(wakeup.output(false));
        assertFalse(wakeup.output(false));
        assertFalse(wakeup.output(false));
        wakeup.drained();
        assertTrue(wakeup.output(false), "it has drained all, and does not know of this");
    }

    @Test
    void whatACallbackSendsWakesTheTransportOnceWhenItReturns() {
        Wakeup wakeup = new Wakeup();
        wakeup.cork();
        assertFalse(wakeup.output(false));
        assertFalse(wakeup.output(false));
        assertTrue(wakeup.uncork());
        assertFalse(wakeup.isCorked());
        assertFalse(wakeup.output(false), "the transport knows");
        assertFalse(wakeup.uncork());
    }

    @Test
    void outputOfAnotherThreadTakesThatOfACorkedOneAlong() throws InterruptedException {
        Wakeup wakeup = new Wakeup();
        wakeup.cork();
        assertFalse(wakeup.output(false));
        assertTrue(byAnother(() -> wakeup.output(false)));
        assertFalse(wakeup.uncork(), "nothing is left to announce");
    }

    @Test
    void aDrainBeforeACallbackReturnsLeavesNothingToAnnounce() {
        Wakeup wakeup = new Wakeup();
        wakeup.cork();
        assertFalse(wakeup.output(false));
        wakeup.drained();
        assertFalse(wakeup.uncork());
    }
}
