package io.duplex.internal.protocol;

import io.duplex.Timeouts;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The deadlines of one connection, as data: when each is set, put off and due. A received byte only leaves
 * its time in {@link Arrivals}; a deadline that depends on it is put off when it is due, so traffic costs
 * nothing. Guarded as the rest of the protocol is; {@link #due} is for the receive thread, too.
 */
public final class Deadlines {
    /** What a deadline is for, in the order in which those that are due at once take effect. */
    public enum Kind {
        /** The closing handshake and TCP have ended. */
        CLOSE,
        /** The operating system has taken what was produced. */
        SEND,
        /** The application has taken and answered what came before the end of the input. */
        ANSWER,
        /** A byte has arrived. */
        IDLE,
        /** The peer has answered a ping, or sent anything else. */
        PONG,
        /** A message that has begun is complete. */
        MESSAGE,
        /** The next automatic ping is queued. */
        PING
    }

    /** How many bytes of an unfinished message give its sender one second more. */
    public static final int MESSAGE_BYTES_PER_SECOND = 4 << 10;

    private static final Kind[] KINDS = Kind.values();
    /**
     * If a deadline is checked this much too late, this process was stalled, not the peer: bytes may be
     * unread, so the peer gets the time once more.
     */
    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();
    /**
     * Checks of an unfinished message within its time-out, each of which notices a pause of this endpoint.
     */
    private static final int MESSAGE_CHECKS = 64;

    private final Timeouts timeouts;
    private final double jitter;
    private final long[] at = new long[KINDS.length];
    private long nextNanos = ByteLayer.NEVER;
    private final Arrivals arrivals;

    /**
     * No deadline is set.
     *
     * @param timeouts the connection's
     * @param jitter how early the first ping comes: 0 after the whole interval, nearly 1 after half of it
     */
    Deadlines(Timeouts timeouts, double jitter) {
        this.timeouts = timeouts;
        this.jitter = jitter;
        this.arrivals = new Arrivals(timeouts.message().isPresent());
        Arrays.fill(at, ByteLayer.NEVER);
    }

    /**
     * Returns a jitter that differs from connection to connection, also between connections that open at the
     * same moment, and between connections with the same number in other processes. The same arguments give
     * the same value.
     */
    static double jitter(long id, long nanoTime) {
        long mixed = id * 0x9E3779B97F4A7C15L + nanoTime;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return (mixed >>> 11) * 0x1.0p-53;
    }

    // ---- data ---------------------------------------------------------------------------------------------

    /** Sets a deadline. */
    public void set(Kind kind, long nanoTime) {
        long before = at[kind.ordinal()];
        at[kind.ordinal()] = nanoTime;
        if (nanoTime < nextNanos) {
            nextNanos = nanoTime;
        } else if (before == nextNanos && nanoTime != before) {
            nextNanos = earliest();
        }
    }

    private long earliest() {
        long earliest = ByteLayer.NEVER;
        for (long nanoTime : at) {
            earliest = Math.min(earliest, nanoTime);
        }
        return earliest;
    }

    /** Clears a deadline. */
    public void clear(Kind kind) {
        if (isSet(kind)) {
            set(kind, ByteLayer.NEVER);
        }
    }

    void clearAll() {
        Arrays.fill(at, ByteLayer.NEVER);
        nextNanos = ByteLayer.NEVER;
    }

    /** Returns when a deadline is due; {@link ByteLayer#NEVER} if it is not set. */
    long at(Kind kind) {
        return at[kind.ordinal()];
    }

    /** Returns whether a deadline is set. */
    public boolean isSet(Kind kind) {
        return at(kind) != ByteLayer.NEVER;
    }

    /** Returns whether a deadline is set and over. */
    public boolean isDue(Kind kind, long nanoTime) {
        return at(kind) <= nanoTime;
    }

    /** Returns the earliest deadline. */
    public long nextNanos() {
        return nextNanos;
    }

    // ---- when they are set --------------------------------------------------------------------------------

    void start(long nanoTime) {
        arrivals.received(nanoTime);
        setIf(timeouts.idle(), Kind.IDLE, nanoTime);
        if (timeouts.pingInterval().isPresent()) {
            // Connections that open together, after a restart for one, do not ping together from then on.
            long dueNanos = Durations.deadline(nanoTime, timeouts.pingInterval().get());
            set(Kind.PING, dueNanos - (long) (jitter * ((dueNanos - nanoTime) / 2)));
        }
    }

    /** A ping is queued: the next is an interval away; its pong is awaited unless an older one is. */
    void pinged(long nanoTime) {
        setIf(timeouts.pingInterval(), Kind.PING, nanoTime);
        if (!isSet(Kind.PONG)) {
            setIf(timeouts.pong(), Kind.PONG, nanoTime);
        }
    }

    /** The close deadline is absolute. Besides it only output is timed from now on. */
    void closing(long nanoTime) {
        clear(Kind.IDLE);
        clear(Kind.PING);
        clear(Kind.PONG);
        clear(Kind.MESSAGE);
        if (!isSet(Kind.CLOSE)) {
            set(Kind.CLOSE, Durations.deadline(nanoTime, timeouts.close()));
        }
    }

    /**
     * The input has ended: the application has half of the close deadline to take and answer what came
     * before. The other half remains for our Close frame to arrive and be answered.
     */
    void inputEnded(long nanoTime) {
        closing(nanoTime);
        long half = Durations.deadline(nanoTime, Durations.nanos(timeouts.close()) / 2);
        set(Kind.ANSWER, Math.min(half, at(Kind.CLOSE)));
    }

    /** Bytes were produced, which the operating system has not taken yet. */
    public void produced(long nanoTime) {
        if (!isSet(Kind.SEND)) {
            setIf(timeouts.send(), Kind.SEND, nanoTime);
        }
    }

    /** The operating system has taken what was produced. */
    public void sent(boolean more, long nanoTime) {
        if (more) {
            setIf(timeouts.send(), Kind.SEND, nanoTime);
        } else {
            clear(Kind.SEND);
        }
    }

    /** Sets the deadline of the message that has begun, unless the connection is closing. */
    public void awaitMessage(long nanoTime) {
        if (!isSet(Kind.CLOSE)) {
            set(Kind.MESSAGE, nanoTime + messageCheckNanos());
        }
    }

    /** Returns how many bytes of the unfinished message's payload have come, as on the wire. */
    long messageWireBytes() {
        return arrivals.message.wireBytes;
    }

    private void setIf(Optional<Duration> timeout, Kind kind, long nanoTime) {
        if (timeout.isPresent()) {
            set(kind, Durations.deadline(nanoTime, timeout.get()));
        }
    }

    private long messageCheckNanos() {
        return Math.ceilDiv(Durations.nanos(timeouts.message().orElseThrow()), MESSAGE_CHECKS);
    }

    // ---- when they are due --------------------------------------------------------------------------------

    /**
     * Returns the first deadline that is over, if any; one that traffic has moved is put off. Receive thread
     * only, because traffic is what that thread has left in {@link Arrivals}.
     *
     * @param reading whether this endpoint reads: a peer is not late to an endpoint that does not listen
     */
    public Optional<Kind> due(long nanoTime, boolean reading) {
        for (Kind kind : KINDS) {
            if (isDue(kind, nanoTime) && isOver(kind, nanoTime, reading)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private boolean isOver(Kind kind, long nanoTime, boolean reading) {
        return switch (kind) {
            case CLOSE, SEND, ANSWER, PING -> true;
            case IDLE -> idleIsOver(nanoTime, reading);
            case PONG -> pongIsMissing(nanoTime, reading);
            case MESSAGE -> messageIsOver(nanoTime, reading);
        };
    }

    private boolean idleIsOver(long nanoTime, boolean reading) {
        long idleNanos = Durations.nanos(timeouts.idle().orElseThrow());
        long due = Durations.deadline(arrivals.lastNanos, idleNanos);
        if (due > nanoTime) {
            set(Kind.IDLE, due);
            return false;
        }
        if (!reading || nanoTime - due > LATE_NANOS) {
            arrivals.received(nanoTime);
            set(Kind.IDLE, Durations.deadline(nanoTime, idleNanos));
            return false;
        }
        return true;
    }

    private boolean pongIsMissing(long nanoTime, boolean reading) {
        long dueNanos = at(Kind.PONG);
        clear(Kind.PONG);
        long pingNanos = dueNanos - Durations.nanos(timeouts.pong().orElseThrow());
        // A clock may return the same time twice; a peer is failed only if nothing can have come since.
        if (arrivals.lastNanos >= pingNanos) {
            return false;
        }
        boolean missing = reading && nanoTime - dueNanos <= LATE_NANOS;
        if (!missing) {
            setIf(timeouts.pong(), Kind.PONG, nanoTime);
        }
        return missing;
    }

    private boolean messageIsOver(long nanoTime, boolean reading) {
        boolean late = nanoTime - at(Kind.MESSAGE) > LATE_NANOS;
        clear(Kind.MESSAGE);
        Progress message = arrivals.message;
        if (!message.open) {
            arrivals.message = null;
            return false;
        }
        message.check(nanoTime, reading && !late);
        long remainingNanos = message.remainingNanos(Durations.nanos(timeouts.message().orElseThrow()));
        if (remainingNanos <= 0) {
            return true;
        }
        set(Kind.MESSAGE, nanoTime + Math.min(remainingNanos, messageCheckNanos()));
        return false;
    }

    // ---- what has arrived ---------------------------------------------------------------------------------

    /** Returns what the receive thread reports. */
    public Arrivals arrivals() {
        return arrivals;
    }

    /**
     * When bytes arrived last, and how far the unfinished message has come. Receive thread only, so it needs
     * no lock: that thread writes it while it reads, and checks the deadlines that depend on it.
     */
    public static final class Arrivals {
        private final boolean timesMessages;
        private long lastNanos;
        /** Null while no message has been unfinished for a while. */
        private Progress message;

        private Arrivals(boolean timesMessages) {
            this.timesMessages = timesMessages;
        }

        /** Bytes have arrived. */
        public void received(long nanoTime) {
            lastNanos = nanoTime;
        }

        /**
         * A read has ended inside a message.
         *
         * @param number the message's
         * @param wireBytes the bytes of its payload that have come, as on the wire
         * @return whether {@link Deadlines#awaitMessage} is to be called
         */
        public boolean messageUnfinished(long number, long wireBytes, long nanoTime) {
            if (!timesMessages) {
                return false;
            }
            boolean first = message == null;
            if (first) {
                message = new Progress();
            }
            message.unfinished(number, wireBytes, nanoTime);
            return first;
        }

        /** A read has ended between two messages. The deadline stays until it is due. */
        public void messageEnded() {
            if (message != null) {
                message.open = false;
            }
        }
    }

    /**
     * How long an unfinished message has been under way, without the time in which this endpoint did not
     * read. Its bytes count as on the wire: control frames between fragments gain it nothing, and neither do
     * bytes that inflate.
     */
    private static final class Progress {
        private static final long NANOS_PER_BYTE = Duration.ofSeconds(1).toNanos() / MESSAGE_BYTES_PER_SECOND;

        private boolean open;
        private long number;
        private long wireBytes;
        private long spentNanos;
        private long checkedNanos;

        void unfinished(long messageNumber, long messageWireBytes, long nanoTime) {
            if (!open || number != messageNumber) {
                open = true;
                number = messageNumber;
                spentNanos = 0;
                checkedNanos = nanoTime;
            }
            wireBytes = messageWireBytes;
        }

        void check(long nanoTime, boolean reading) {
            spentNanos += reading ? nanoTime - checkedNanos : 0;
            checkedNanos = nanoTime;
        }

        long remainingNanos(long timeoutNanos) {
            return Durations.deadline(timeoutNanos, wireBytes * NANOS_PER_BYTE) - spentNanos;
        }
    }
}
