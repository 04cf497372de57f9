package io.duplex.internal.session;

import io.duplex.Timeouts;
import io.duplex.transport.Durations;
import java.time.Duration;
import java.util.Optional;

/**
 * What each deadline of a connection means: when it is set, put off, and over. A received byte only leaves
 * its time; deadlines that depend on it are put off when they are due, so that traffic costs nothing. Guarded
 * by the session's lock, but for the time of the last byte, which belongs to the receiving thread.
 */
final class Timers extends Deadlines {
    /**
     * A deadline that is looked at so much too late was missed because a callback or the machine held up the
     * receiving thread; bytes may lie unread, so the peer gets the time once more.
     */
    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

    /**
     * How often an unfinished message is looked at in the time that it has: pauses of this end are noticed
     * then.
     */
    private static final int MESSAGE_LOOKS = 64;

    private final Timeouts timeouts;
    private final double jitter;
    private long receivedNanos;
    /** Null until a read has ended inside a message. Receiving thread only. */
    private MessageProgress progress;

    /** @param jitter how early the first ping comes: 0 after the whole interval, nearly 1 after half of it */
    Timers(Timeouts timeouts, double jitter) {
        this.timeouts = timeouts;
        this.jitter = jitter;
    }

    /**
     * A jitter that differs from connection to connection, also of those that open at the same moment, and of
     * those that have the same number in other processes. The same arguments give the same value.
     */
    static double jitter(long id, long nanoTime) {
        long mixed = id * 0x9E3779B97F4A7C15L + nanoTime;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return (mixed >>> 11) * 0x1.0p-53;
    }

    void start(long nanoTime) {
        receivedNanos = nanoTime;
        setIf(timeouts.idle(), Kind.IDLE, nanoTime);
        setIf(timeouts.pingInterval(), Kind.PING, nanoTime);
        if (isSet(Kind.PING)) {
            // Connections that open together, after a restart for one, must not all ping at the same moments
            // from then on.
            long intervalNanos = at(Kind.PING) - nanoTime;
            set(Kind.PING, nanoTime + intervalNanos - (long) (jitter * (intervalNanos / 2)));
        }
    }

    void received(long nanoTime) {
        receivedNanos = nanoTime;
    }

    /** A ping is queued: the next one is an interval away, and its pong is awaited unless an older one is. */
    void pinged(long nanoTime) {
        setIf(timeouts.pingInterval(), Kind.PING, nanoTime);
        if (!isSet(Kind.PONG)) {
            awaitPong(nanoTime);
        }
    }

    /** The closing deadline is absolute; nothing else is timed any more but the progress of output. */
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
     * A read has ended inside a message. Receiving thread, without the lock.
     *
     * @return whether {@link #awaitMessage} is to be called
     */
    boolean messageUnfinished(long number, long wireBytes, long nanoTime) {
        if (timeouts.message().isEmpty()) {
            return false;
        }
        if (progress == null) {
            progress = new MessageProgress();
        }
        progress.unfinished(number, wireBytes, nanoTime);
        return !isSet(Kind.MESSAGE);
    }

    /**
     * A read has ended between two messages. Receiving thread, without the lock. The deadline stays until it
     * is due.
     */
    void messageEnded() {
        if (progress != null) {
            progress.ended();
        }
    }

    /** Sets the deadline of the message that has begun, unless the connection is closing. */
    void awaitMessage(long nanoTime) {
        if (!isSet(Kind.CLOSE)) {
            set(Kind.MESSAGE, nanoTime + messageLookNanos());
        }
    }

    /** What of an unfinished message has come, as on the wire. */
    long messageWireBytes() {
        return progress.wireBytes();
    }

    private long messageLookNanos() {
        return Math.ceilDiv(Durations.nanos(timeouts.message().orElseThrow()), MESSAGE_LOOKS);
    }

    /**
     * The input has ended: the application has half of the close deadline to take and answer what came
     * before. The other half remains for the Close frame to arrive and be answered.
     */
    void inputEnded(long nanoTime) {
        closing(nanoTime);
        set(Kind.ANSWER,
                Math.min(Durations.deadline(nanoTime, timeouts.close().dividedBy(2)), at(Kind.CLOSE)));
    }

    void produced(boolean unsent, long nanoTime) {
        if (unsent && !isSet(Kind.SEND)) {
            setIf(timeouts.send(), Kind.SEND, nanoTime);
        }
    }

    void sent(boolean more, long nanoTime) {
        if (more) {
            setIf(timeouts.send(), Kind.SEND, nanoTime);
        } else {
            clear(Kind.SEND);
        }
    }

    /**
     * Which deadline is over, if any; one that traffic has moved is put off.
     *
     * @param reading whether this end takes what comes: a peer is not missed by an end that does not listen
     */
    Optional<Kind> expired(long nanoTime, boolean reading) {
        if (isDue(Kind.CLOSE, nanoTime)) {
            return Optional.of(Kind.CLOSE);
        }
        if (isDue(Kind.SEND, nanoTime)) {
            return Optional.of(Kind.SEND);
        }
        if (isDue(Kind.ANSWER, nanoTime)) {
            return Optional.of(Kind.ANSWER);
        }
        if (isDue(Kind.IDLE, nanoTime) && idleIsOver(nanoTime, reading)) {
            return Optional.of(Kind.IDLE);
        }
        if (isDue(Kind.PONG, nanoTime) && pongIsMissing(nanoTime, reading)) {
            return Optional.of(Kind.PONG);
        }
        if (isDue(Kind.MESSAGE, nanoTime) && messageIsOver(nanoTime, reading)) {
            return Optional.of(Kind.MESSAGE);
        }
        return isDue(Kind.PING, nanoTime) ? Optional.of(Kind.PING) : Optional.empty();
    }

    private boolean idleIsOver(long nanoTime, boolean reading) {
        long idleNanos = Durations.nanos(timeouts.idle().orElseThrow());
        long due = Durations.deadline(receivedNanos, idleNanos);
        if (due > nanoTime) {
            set(Kind.IDLE, due);
            return false;
        }
        if (!reading || nanoTime - due > LATE_NANOS) {
            receivedNanos = nanoTime;
            set(Kind.IDLE, Durations.deadline(nanoTime, idleNanos));
            return false;
        }
        return true;
    }

    private boolean pongIsMissing(long nanoTime, boolean reading) {
        long pongDueNanos = at(Kind.PONG);
        clear(Kind.PONG);
        long pingNanos = pongDueNanos - Durations.nanos(timeouts.pong().orElseThrow());
        // A clock may tell the same time twice; a peer is failed only if nothing can have come since.
        if (receivedNanos >= pingNanos) {
            return false;
        }
        boolean missing = reading && nanoTime - pongDueNanos <= LATE_NANOS;
        if (!missing) {
            awaitPong(nanoTime);
        }
        return missing;
    }

    private boolean messageIsOver(long nanoTime, boolean reading) {
        boolean late = nanoTime - at(Kind.MESSAGE) > LATE_NANOS;
        clear(Kind.MESSAGE);
        if (!progress.isOpen()) {
            progress = null;
            return false;
        }
        progress.look(nanoTime, reading && !late);
        long leftNanos = progress.leftNanos(Durations.nanos(timeouts.message().orElseThrow()));
        if (leftNanos <= 0) {
            return true;
        }
        set(Kind.MESSAGE, nanoTime + Math.min(leftNanos, messageLookNanos()));
        return false;
    }

    private void awaitPong(long nanoTime) {
        if (timeouts.pong().isPresent()) {
            set(Kind.PONG, Durations.deadline(nanoTime, timeouts.pong().get()));
        }
    }

    private void setIf(Optional<Duration> timeout, Kind kind, long nanoTime) {
        if (timeout.isPresent()) {
            set(kind, Durations.deadline(nanoTime, timeout.get()));
        }
    }
}
