package io.duplex.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Timeouts;
import io.duplex.internal.protocol.Deadlines.Kind;
import io.duplex.transport.ByteLayer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When each deadline is set, put off and due. Times are in seconds after the start of the connection, which
 * has an idle time-out of 60 s, a ping every 20 s with its pong within 5 s, a close time-out of 10 s, a send
 * time-out of 30 s and a message time-out of 64 s.
 */
class DeadlinesTest {
    private static final long START = seconds(1000);

    private final Deadlines deadlines = new Deadlines(new Timeouts(Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(60)),
            Optional.of(Duration.ofSeconds(20)), Optional.of(Duration.ofSeconds(5)), Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(30)), Optional.of(Duration.ofSeconds(64))), 0);

    private static long seconds(double count) {
        return (long) (count * 1e9);
    }

    private static long at(double secondsLater) {
        return START + seconds(secondsLater);
    }

    private void assertDue(Optional<Kind> kind, double secondsLater) {
        assertEquals(kind, deadlines.due(at(secondsLater), true));
    }

    // ---- data

    @ParameterizedTest
    @EnumSource
    void noneIsSetAtFirst(Kind kind) {
        assertFalse(deadlines.isSet(kind));
        assertFalse(deadlines.isDue(kind, Long.MAX_VALUE - 1));
        assertEquals(ByteLayer.NEVER, deadlines.at(kind));
        assertEquals(ByteLayer.NEVER, deadlines.nextNanos());
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineIsDueFromItsTimeOn(Kind kind) {
        deadlines.set(kind, 10);
        assertTrue(deadlines.isSet(kind));
        assertEquals(10, deadlines.at(kind));
        assertFalse(deadlines.isDue(kind, 9));
        assertTrue(deadlines.isDue(kind, 10));
        assertTrue(deadlines.isDue(kind, 11));
    }

    @Test
    void theEarliestIsTheNext() {
        deadlines.set(Kind.IDLE, 30);
        deadlines.set(Kind.PING, 20);
        deadlines.set(Kind.SEND, 40);
        assertEquals(20, deadlines.nextNanos());
        deadlines.set(Kind.PING, 50);
        assertEquals(30, deadlines.nextNanos());
        deadlines.clear(Kind.IDLE);
        assertEquals(40, deadlines.nextNanos());
        deadlines.clear(Kind.PONG);
        assertEquals(40, deadlines.nextNanos());
    }

    @Test
    void allCanBeCleared() {
        deadlines.set(Kind.CLOSE, 1);
        deadlines.set(Kind.SEND, 2);
        deadlines.clearAll();
        assertEquals(ByteLayer.NEVER, deadlines.nextNanos());
        assertFalse(deadlines.isSet(Kind.CLOSE));
    }

    @Test
    void nothingIsDueWhenNothingIsConfigured() {
        Deadlines none = new Deadlines(new Timeouts(Duration.ofSeconds(1), Optional.empty(), Optional.empty(),
                Optional.empty(), Duration.ofSeconds(1), Optional.empty(), Optional.empty()), 0.5);
        none.start(START);
        none.pinged(START);
        none.produced(START);
        none.sent(true, START);
        assertEquals(ByteLayer.NEVER, none.nextNanos());
    }

    @Test
    void timeOutsBeyondTheClockNeverExpire() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        Deadlines patient =
                new Deadlines(new Timeouts(huge, Optional.of(huge), Optional.of(huge), Optional.of(huge),
                        huge, Optional.of(huge), Optional.of(huge)), 0);
        patient.start(START);
        patient.pinged(START);
        patient.produced(START);
        patient.sent(true, START);
        assertEquals(ByteLayer.NEVER, patient.nextNanos());
        patient.closing(START);
        assertEquals(ByteLayer.NEVER, patient.nextNanos());
        assertEquals(Optional.empty(), patient.due(Long.MAX_VALUE - 1, true));
    }

    // ---- keep-alive

    @Test
    void aPingIsDueAfterItsInterval() {
        deadlines.start(START);
        assertEquals(at(20), deadlines.nextNanos());
        assertDue(Optional.empty(), 19.9);
        assertDue(Optional.of(Kind.PING), 20);
    }

    @Test
    void theFirstPingComesBetweenHalfTheIntervalAndAllOfIt() {
        Deadlines early = new Deadlines(Timeouts.DEFAULT, 0.5);
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
            double jitter = processes ? Deadlines.jitter(1, START + i) : Deadlines.jitter(i, START);
            assertEquals(jitter, processes ? Deadlines.jitter(1, START + i) : Deadlines.jitter(i, START));
            tenths[(int) (jitter * 10)]++;
        }
        for (int tenth : tenths) {
            assertTrue(tenth > 50 && tenth < 200, Arrays.toString(tenths));
        }
    }

    @Test
    void aMissingPongIsDueAfterItsTime() {
        deadlines.start(START);
        deadlines.pinged(at(20));
        assertEquals(at(25), deadlines.nextNanos());
        assertDue(Optional.of(Kind.PONG), 25);
    }

    @Test
    void anyByteAfterThePingStandsForThePong() {
        deadlines.start(START);
        deadlines.pinged(at(20));
        deadlines.arrivals().received(at(21));
        assertDue(Optional.empty(), 25);
        assertEquals(at(40), deadlines.nextNanos());
    }

    @Test
    void aByteAtTheTimeOfThePingMayBeThePong() {
        deadlines.start(START);
        deadlines.pinged(at(20));
        deadlines.arrivals().received(at(20));
        assertDue(Optional.empty(), 25);
    }

    @Test
    void aByteBeforeThePingDoesNotStandForThePong() {
        deadlines.start(START);
        deadlines.arrivals().received(at(19));
        deadlines.pinged(at(20));
        assertDue(Optional.of(Kind.PONG), 25);
    }

    @Test
    void aSecondPingDoesNotPutOffTheFirstOnesPong() {
        deadlines.start(START);
        deadlines.pinged(at(20));
        deadlines.pinged(at(24));
        assertEquals(at(25), deadlines.nextNanos());
    }

    @Test
    void aPongIsNotMissingForAnEndpointThatDoesNotRead() {
        deadlines.start(START);
        deadlines.pinged(at(20));
        assertEquals(Optional.empty(), deadlines.due(at(25), false));
        assertEquals(at(30), deadlines.nextNanos());
        assertDue(Optional.of(Kind.PONG), 30);
    }

    @Test
    void aPongDeadlineThatIsCheckedFarTooLateGivesThePeerTheTimeOnceMore() {
        deadlines.start(START);
        deadlines.pinged(at(20));
        assertDue(Optional.empty(), 27);
        deadlines.pinged(at(27));
        assertEquals(at(32), deadlines.nextNanos());
        assertDue(Optional.of(Kind.PONG), 32);
    }

    // ---- idle

    @Test
    void silenceIsIdleness() {
        deadlines.start(START);
        deadlines.pinged(at(59));
        deadlines.clear(Kind.PONG);
        assertDue(Optional.of(Kind.IDLE), 60);
    }

    @Test
    void eachByteRestartsTheIdleTime() {
        deadlines.start(START);
        deadlines.pinged(at(59));
        deadlines.clear(Kind.PONG);
        deadlines.arrivals().received(at(50));
        assertDue(Optional.empty(), 60);
        deadlines.pinged(at(105));
        deadlines.clear(Kind.PONG);
        assertDue(Optional.of(Kind.IDLE), 110);
    }

    @Test
    void anEndpointThatDoesNotReadIsNotIdle() {
        deadlines.start(START);
        deadlines.pinged(at(59));
        deadlines.clear(Kind.PONG);
        assertEquals(Optional.empty(), deadlines.due(at(60), false));
        deadlines.pinged(at(115));
        deadlines.clear(Kind.PONG);
        assertDue(Optional.of(Kind.IDLE), 120);
    }

    // ---- close

    @Test
    void theCloseDeadlineIsAbsolute() {
        deadlines.start(START);
        deadlines.closing(at(1));
        deadlines.arrivals().received(at(5));
        deadlines.closing(at(6));
        assertEquals(at(11), deadlines.nextNanos());
        assertDue(Optional.of(Kind.CLOSE), 11);
    }

    @Test
    void nothingButOutputIsTimedWhileClosing() {
        deadlines.start(START);
        deadlines.pinged(at(1));
        deadlines.closing(at(2));
        deadlines.clear(Kind.CLOSE);
        assertEquals(ByteLayer.NEVER, deadlines.nextNanos());
        deadlines.produced(at(3));
        assertEquals(at(33), deadlines.nextNanos());
    }

    // ---- send

    @Test
    void theSendDeadlineRunsFromTheFirstUnsentByte() {
        deadlines.produced(at(0));
        deadlines.produced(at(10));
        assertEquals(at(30), deadlines.nextNanos());
        assertDue(Optional.of(Kind.SEND), 30);
    }

    @Test
    void progressPutsOffTheSendDeadline() {
        deadlines.produced(at(0));
        deadlines.sent(true, at(10));
        assertEquals(at(40), deadlines.nextNanos());
        deadlines.sent(false, at(20));
        assertEquals(ByteLayer.NEVER, deadlines.nextNanos());
    }

    // ---- the end of the input

    @Test
    void theApplicationHasHalfOfTheCloseTimeOutToAnswer() {
        deadlines.start(START);
        deadlines.inputEnded(at(1));
        assertEquals(at(6), deadlines.nextNanos());
        assertDue(Optional.of(Kind.ANSWER), 6);
        deadlines.clear(Kind.ANSWER);
        assertEquals(at(11), deadlines.nextNanos());
    }

    @Test
    void theAnswerIsDueWithTheCloseDeadlineAtTheLatest() {
        deadlines.closing(at(0));
        deadlines.inputEnded(at(8));
        assertEquals(at(10), deadlines.at(Kind.ANSWER));
        assertDue(Optional.of(Kind.CLOSE), 10);
    }

    // ---- unfinished messages

    private void unfinished(long number, long wireBytes, double secondsLater) {
        if (deadlines.arrivals().messageUnfinished(number, wireBytes, at(secondsLater))) {
            deadlines.awaitMessage(at(secondsLater));
        }
    }

    /** Checks each second, as the deadline asks. */
    private Optional<Kind> dueBetween(int from, int to, boolean reading) {
        Optional<Kind> due = Optional.empty();
        for (int second = from; second <= to && due.isEmpty(); second++) {
            due = deadlines.due(at(second), reading);
        }
        return due;
    }

    @Test
    void anUnfinishedMessageIsDueAfterItsTimeOut() {
        unfinished(1, 0, 0);
        assertEquals(at(1), deadlines.nextNanos(), "it is checked 64 times");
        assertEquals(Optional.empty(), dueBetween(1, 63, true));
        assertDue(Optional.of(Kind.MESSAGE), 64);
    }

    @Test
    void eachFourKibibytesOfAMessageGiveItsSenderASecond() {
        unfinished(1, 0, 0);
        assertEquals(Optional.empty(), dueBetween(1, 10, true));
        unfinished(1, 3 * Deadlines.MESSAGE_BYTES_PER_SECOND, 10);
        assertEquals(3 * Deadlines.MESSAGE_BYTES_PER_SECOND, deadlines.messageWireBytes());
        assertEquals(Optional.empty(), dueBetween(11, 66, true));
        assertDue(Optional.of(Kind.MESSAGE), 67);
    }

    @Test
    void timeInWhichThisEndpointDoesNotReadIsNotTheSenders() {
        unfinished(1, 0, 0);
        assertEquals(Optional.empty(), dueBetween(1, 500, false));
        assertEquals(Optional.empty(), dueBetween(501, 563, true));
        assertDue(Optional.of(Kind.MESSAGE), 564);
    }

    @Test
    void aCheckThatIsMoreThanASecondLateCountsForNothing() {
        unfinished(1, 0, 0);
        assertDue(Optional.empty(), 100);
        assertEquals(at(101), deadlines.nextNanos());
        assertEquals(Optional.empty(), dueBetween(101, 163, true));
        assertDue(Optional.of(Kind.MESSAGE), 164);
    }

    @Test
    void theNextMessageHasItsOwnTime() {
        unfinished(1, 0, 0);
        assertEquals(Optional.empty(), dueBetween(1, 60, true));
        unfinished(2, 0, 60);
        assertEquals(Optional.empty(), dueBetween(61, 123, true));
        assertDue(Optional.of(Kind.MESSAGE), 124);
    }

    @Test
    void theDeadlineOfAMessageThatEndedIsClearedWhenItIsDue() {
        unfinished(1, 0, 0);
        deadlines.arrivals().messageEnded();
        assertTrue(deadlines.isSet(Kind.MESSAGE));
        assertDue(Optional.empty(), 1);
        assertFalse(deadlines.isSet(Kind.MESSAGE));
        unfinished(2, 0, 2);
        assertEquals(at(3), deadlines.nextNanos());
    }

    @Test
    void noMessageIsAwaitedWhileClosing() {
        deadlines.closing(at(0));
        unfinished(1, 0, 0);
        assertFalse(deadlines.isSet(Kind.MESSAGE));
    }

    @Test
    void withoutATimeOutNoMessageIsAwaited() {
        Deadlines patient = new Deadlines(Timeouts.DEFAULT.withoutMessage(), 0);
        assertFalse(patient.arrivals().messageUnfinished(1, 0, START));
        patient.arrivals().messageEnded();
    }

    // ---- several at once

    @Test
    void theMostSevereOfSeveralComesFirst() {
        deadlines.start(START);
        deadlines.produced(at(0));
        assertDue(Optional.of(Kind.SEND), 100);
        deadlines.inputEnded(at(0));
        for (Kind kind : new Kind[] { Kind.CLOSE, Kind.SEND, Kind.ANSWER }) {
            assertDue(Optional.of(kind), 100);
            deadlines.clear(kind);
        }
        assertDue(Optional.empty(), 100);
    }

    @Test
    void theOthersFollow() {
        deadlines.start(START);
        unfinished(1, 0, 0);
        deadlines.arrivals().received(at(4));
        deadlines.pinged(at(59));
        deadlines.set(Kind.PING, at(64));
        assertEquals(Optional.empty(), dueBetween(1, 63, true));
        for (Kind kind : new Kind[] { Kind.IDLE, Kind.PONG, Kind.MESSAGE, Kind.PING }) {
            assertDue(Optional.of(kind), 64);
            deadlines.clear(kind);
        }
        assertDue(Optional.empty(), 64);
    }
}
