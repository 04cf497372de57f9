package io.duplex.transport.nio;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Identifies the call under way on a loop: a number that is odd inside a call and different for each call.
 */
final class CallMark {
    private final AtomicLong number = new AtomicLong();

    /** Loop thread; a call inside a call counts as another one. */
    void begin() {
        number.setOpaque((number.getPlain() | 1) + 2);
    }

    /** Loop thread. */
    void end() {
        number.setOpaque((number.getPlain() | 1) + 1);
    }

    /** Any thread. */
    long number() {
        return number.getOpaque();
    }

    static boolean isCall(long number) {
        return (number & 1) != 0;
    }
}
