package io.duplex.internal.session;

import io.duplex.transport.Durations;

/**
 * How long an unfinished message has been under way, without the time in which this end did not read. The
 * peer has the time-out and one second more for each {@link #BYTES_PER_SECOND} that have come, counted as on
 * the wire: control frames between fragments gain it nothing, and neither do bytes that inflate. Receiving
 * thread only.
 */
final class MessageProgress {
    static final int BYTES_PER_SECOND = 4 << 10;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private boolean open;
    private long number;
    private long wireBytes;
    private long spentNanos;
    private long lookedNanos;

    /** After a read that ended inside this message. */
    void unfinished(long messageNumber, long messageWireBytes, long nanoTime) {
        if (!open || number != messageNumber) {
            open = true;
            number = messageNumber;
            spentNanos = 0;
            lookedNanos = nanoTime;
        }
        wireBytes = messageWireBytes;
    }

    /** After a read that ended between two messages. */
    void ended() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    long wireBytes() {
        return wireBytes;
    }

    /** Adds the time since the last look, unless this end did not read. */
    void look(long nanoTime, boolean reading) {
        spentNanos += reading ? nanoTime - lookedNanos : 0;
        lookedNanos = nanoTime;
    }

    /** How much time is left for the message; 0 or less if it is over. */
    long leftNanos(long timeoutNanos) {
        return Durations.deadline(timeoutNanos, wireBytes * (NANOS_PER_SECOND / BYTES_PER_SECOND))
                - spentNanos;
    }
}
