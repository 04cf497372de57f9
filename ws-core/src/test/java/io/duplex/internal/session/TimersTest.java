package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Timeouts;
import io.duplex.internal.session.Deadlines.Kind;
import io.duplex.transport.ByteLayer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimersTest {
    private static final long START = seconds(1000);

    private final Timers timers = new Timers(new Timeouts(Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(60)),
            Optional.of(Duration.ofSeconds(20)), Optional.of(Duration.ofSeconds(5)), Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(30)), Optional.of(Duration.ofSeconds(64))), 0);

    private static long seconds(double count) {
        return (long) (count * 1e9);
    }

    private static long at(double secondsLater) {
        return START + seconds(secondsLater);
    }

    @Test
    void nothingIsDueWhenNothingIsConfigured() {
        Timers none = new Timers(new Timeouts(Duration.ofSeconds(1), Optional.empty(), Optional.empty(),
                Optional.empty(), Duration.ofSeconds(1), Optional.empty(), Optional.empty()), 0.5);
        none.start(START);
        none.pinged(START);
        none.produced(true, START);
        none.sent(true, START);
        assertEquals(ByteLayer.NEVER, none.nextNanos());
    }

    @Test
    void timesBeyondTheClockNeverPass() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        Timers patient =
                new Timers(new Timeouts(huge, Optional.of(huge), Optional.of(huge), Optional.of(huge),
                        huge, Optional.of(huge), Optional.of(huge)), 0);
        patient.start(START);
        patient.pinged(START);
        patient.produced(true, START);
        patient.sent(true, START);
        assertEquals(ByteLayer.NEVER, patient.nextNanos());
        patient.closing(START);
        assertEquals(ByteLayer.NEVER, patient.nextNanos());
        assertEquals(Optional.empty(), patient.expired(Long.MAX_VALUE - 1, true));
    }

    // ---- keep-alive

    @Test
    void aPingIsDueAfterItsInterval() {
        timers.start(START);
        assertEquals(at(20), timers.nextNanos());
        assertExpired(Optional.empty(), 19.9);
        assertExpired(Optional.of(Kind.PING), 20);
    }

    @Test
    void theFirstPingComesBetweenHalfTheIntervalAndAllOfIt() {
        Timers early = new Timers(Timeouts.DEFAULT, 0.5);
        early.start(START);
        assertEquals(at(15), early.nextNanos());
        early.pinged(at(15));
        assertEquals(at(35), early.at(Kind.PING), "and then at whole intervals");
    }

    /**
     * A thousand connections that open in the same nanosecond, and a thousand processes whose first
     * connection it is.
     */
    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void pingsOfManyConnectionsAreSpread(boolean processes) {
        int[] tenths = new int[10];
        for (int i = 1; i <= 1000; i++) {
            double jitter = processes ? Timers.jitter(1, START + i) : Timers.jitter(i, START);
            assertEquals(jitter, processes ? Timers.jitter(1, START + i) : Timers.jitter(i, START));
            tenths[(int) (jitter * 10)]++;
        }
        for (int tenth : tenths) {
            assertTrue(tenth > 50 && tenth < 200, java.util.Arrays.toString(tenths));
        }
    }

    @Test
    void aMissingPongIsDueAfterItsTime() {
        timers.start(START);
        timers.pinged(at(20));
        assertEquals(at(25), timers.nextNanos());
        assertExpired(Optional.of(Kind.PONG), 25);
    }

    @Test
    void anyByteBehindThePingStandsForThePong() {
        timers.start(START);
        timers.pinged(at(20));
        timers.received(at(21));
        assertExpired(Optional.empty(), 25);
        assertEquals(at(40), timers.nextNanos());
    }

    @Test
    void aByteAtTheTimeOfThePingMayBeThePong() {
        timers.start(START);
        timers.pinged(at(20));
        timers.received(at(20));
        assertExpired(Optional.empty(), 25);
    }

    @Test
    void aByteBeforeThePingDoesNotStandForThePong() {
        timers.start(START);
        timers.received(at(19));
        timers.pinged(at(20));
        assertExpired(Optional.of(Kind.PONG), 25);
    }

    @Test
    void aSecondPingDoesNotPutOffTheFirstOnesPong() {
        timers.start(START);
        timers.pinged(at(20));
        timers.pinged(at(24));
        assertEquals(at(25), timers.nextNanos());
    }

    @Test
    void aPongIsNotMissedByAnEndThatDoesNotRead() {
        timers.start(START);
        timers.pinged(at(20));
        assertEquals(Optional.empty(), timers.expired(at(25), false));
        assertEquals(at(30), timers.nextNanos());
        assertExpired(Optional.of(Kind.PONG), 30);
    }

    @Test
    void aPongDeadlineThatIsLookedAtFarTooLateGivesThePeerTheTimeOnceMore() {
        timers.start(START);
        timers.pinged(at(20));
        assertExpired(Optional.empty(), 27);
        timers.pinged(at(27));
        assertEquals(at(32), timers.nextNanos());
        assertExpired(Optional.of(Kind.PONG), 32);
    }

    // ---- idle

    @Test
    void silenceIsIdleness() {
        timers.start(START);
        timers.pinged(at(59));
        timers.clear(Kind.PONG);
        assertExpired(Optional.of(Kind.IDLE), 60);
    }

    @Test
    void eachByteBeginsTheIdleTimeAnew() {
        timers.start(START);
        timers.pinged(at(59));
        timers.clear(Kind.PONG);
        timers.received(at(50));
        assertExpired(Optional.empty(), 60);
        timers.pinged(at(105));
        timers.clear(Kind.PONG);
        assertExpired(Optional.of(Kind.IDLE), 110);
    }

    @Test
    void anEndThatDoesNotReadIsNotIdle() {
        timers.start(START);
        timers.pinged(at(59));
        timers.clear(Kind.PONG);
        assertEquals(Optional.empty(), timers.expired(at(60), false));
        timers.pinged(at(115));
        timers.clear(Kind.PONG);
        assertExpired(Optional.of(Kind.IDLE), 120);
    }

    // ---- close

    @Test
    void theCloseDeadlineIsAbsolute() {
        timers.start(START);
        timers.closing(at(1));
        timers.received(at(5));
        timers.closing(at(6));
        assertEquals(at(11), timers.nextNanos());
        assertExpired(Optional.of(Kind.CLOSE), 11);
    }

    @Test
    void nothingButOutputIsTimedWhileClosing() {
        timers.start(START);
        timers.pinged(at(1));
        timers.closing(at(2));
        timers.clear(Kind.CLOSE);
        assertEquals(ByteLayer.NEVER, timers.nextNanos());
        timers.produced(true, at(3));
        assertEquals(at(33), timers.nextNanos());
    }

    // ---- send

    @Test
    void theSendDeadlineRunsFromTheFirstUnsentByte() {
        timers.produced(true, at(0));
        timers.produced(true, at(10));
        assertEquals(at(30), timers.nextNanos());
        assertExpired(Optional.of(Kind.SEND), 30);
    }

    @Test
    void progressPutsTheSendDeadlineOff() {
        timers.produced(true, at(0));
        timers.sent(true, at(10));
        assertEquals(at(40), timers.nextNanos());
        timers.sent(false, at(20));
        assertEquals(ByteLayer.NEVER, timers.nextNanos());
    }

    @Test
    void nothingUnsentNeedsNoDeadline() {
        timers.produced(false, at(0));
        assertEquals(ByteLayer.NEVER, timers.nextNanos());
    }

    @Test
    void theMostSevereOfSeveralComesFirst() {
        timers.start(START);
        timers.produced(true, at(0));
        assertExpired(Optional.of(Kind.SEND), 100);
        timers.closing(at(0));
        assertExpired(Optional.of(Kind.CLOSE), 100);
        timers.clearAll();
        assertExpired(Optional.empty(), 100);
    }

    private void assertExpired(Optional<Kind> kind, double secondsLater) {
        assertEquals(kind, timers.expired(at(secondsLater), true));
    }
}
