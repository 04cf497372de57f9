package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.session.Deadlines.Kind;
import io.duplex.transport.ByteLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines();

    @ParameterizedTest
    @EnumSource
    void noneIsSetAtFirst(Kind kind) {
        assertFalse(deadlines.isSet(kind));
        assertFalse(deadlines.isDue(kind, Long.MAX_VALUE - 1));
        assertEquals(ByteLayer.NEVER, deadlines.nextNanos());
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineIsDueFromItsTimeOn(Kind kind) {
        deadlines.set(kind, 10);
        assertTrue(deadlines.isSet(kind));
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
}
