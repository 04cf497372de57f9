package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemandTest {
    private final Demand demand = new Demand();

    @Test
    void itIsUnlimitedAtFirst() {
        for (int i = 0; i < 1000; i++) {
            demand.take();
        }
        assertTrue(demand.isOpen());
    }

    @Test
    void aPauseLetsNothingIn() {
        demand.pause();
        assertFalse(demand.isOpen());
        demand.resume();
        assertTrue(demand.isOpen());
    }

    @Test
    void afterAPauseAsManyMessagesPassAsWereAskedFor() {
        demand.pause();
        demand.add(2);
        demand.add(1);
        for (int i = 0; i < 3; i++) {
            assertTrue(demand.isOpen());
            demand.take();
        }
        assertFalse(demand.isOpen());
    }

    @Test
    void whatIsTakenDuringAPauseIsNoDebt() {
        demand.pause();
        demand.take();
        demand.add(1);
        assertTrue(demand.isOpen());
    }

    @Test
    void theSumDoesNotOverflow() {
        demand.pause();
        demand.add(Long.MAX_VALUE - 1);
        demand.add(Long.MAX_VALUE - 1);
        assertTrue(demand.isOpen());
        demand.add(1);
        assertTrue(demand.isOpen());
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, -1, Long.MIN_VALUE })
    void aDemandThatIsNotPositiveIsRefused(long count) {
        assertThrows(IllegalArgumentException.class, () -> demand.add(count));
    }
}
