package io.duplex;

import io.duplex.transport.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The deadlines of one connection. An empty value switches a deadline off.
 *
 * @param handshake    from the first TCP packet to the end of the opening handshake, TLS included
 * @param idle         without a byte from the peer; on expiry the connection is closed with 1001
 * @param pingInterval between two keep-alive pings; the first is sent up to half an interval earlier, at
 *                     random
 * @param pong         from a ping to its pong, or to any other byte from the peer; on expiry the connection
 *                     fails
 * @param close        from the first Close frame to the peer's FIN, not extended by traffic; on expiry the
 *                     connection is reset
 * @param send         for the socket to accept a write; on expiry the connection is reset
 * @param message      from the first bytes of a message to its last, and one second more for each 4,096 bytes
 *                     of its payload that have arrived, as on the wire; time in which reading is paused does
 *                     not count. On expiry the connection fails with 1008
 */
public record Timeouts(Duration handshake, Optional<Duration> idle, Optional<Duration> pingInterval,
        Optional<Duration> pong, Duration close, Optional<Duration> send, Optional<Duration> message) {
    /**
     * Handshake 10 s, no idle time-out, ping every 20 s, pong within 20 s, close 10 s, send 30 s, message 60
     * s.
     */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Optional.empty(),
            Optional.of(Duration.ofSeconds(20)), Optional.of(Duration.ofSeconds(20)), Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(30)), Optional.of(Duration.ofSeconds(60)));

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a duration is not positive
     */
    public Timeouts {
        positive("handshake", Optional.of(handshake));
        positive("idle", idle);
        positive("pingInterval", pingInterval);
        positive("pong", pong);
        positive("close", Optional.of(close));
        positive("send", send);
        positive("message", message);
    }

    private static void positive(String name, Optional<Duration> value) {
        Objects.requireNonNull(value, name);
        if (value.isPresent() && (value.get().isNegative() || value.get().isZero())) {
            throw new IllegalArgumentException(
                    "Timeouts." + name + " must be positive, not " + Durations.text(value.get()));
        }
    }

    /**
     * Returns a copy with another handshake deadline.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withHandshake(Duration value) {
        return new Timeouts(value, idle, pingInterval, pong, close, send, message);
    }

    /**
     * Returns a copy with an idle time-out.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withIdle(Duration value) {
        return new Timeouts(handshake, Optional.of(value), pingInterval, pong, close, send, message);
    }

    /**
     * Returns a copy with another keep-alive.
     *
     * @param interval between two pings; positive
     * @param deadline for the pong; positive
     * @return a copy
     */
    public Timeouts withKeepAlive(Duration interval, Duration deadline) {
        return new Timeouts(handshake, idle, Optional.of(interval), Optional.of(deadline), close, send,
                message);
    }

    /**
     * Returns a copy without automatic pings.
     *
     * @return a copy
     */
    public Timeouts withoutKeepAlive() {
        return new Timeouts(handshake, idle, Optional.empty(), pong, close, send, message);
    }

    /**
     * Returns a copy with another close deadline.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withClose(Duration value) {
        return new Timeouts(handshake, idle, pingInterval, pong, value, send, message);
    }

    /**
     * Returns a copy with another send deadline.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withSend(Duration value) {
        return new Timeouts(handshake, idle, pingInterval, pong, close, Optional.of(value), message);
    }

    /**
     * Returns a copy with another deadline for unfinished messages.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withMessage(Duration value) {
        return new Timeouts(handshake, idle, pingInterval, pong, close, send, Optional.of(value));
    }

    /**
     * Returns a copy without a deadline for unfinished messages: for peers that stream one without end.
     *
     * @return a copy
     */
    public Timeouts withoutMessage() {
        return new Timeouts(handshake, idle, pingInterval, pong, close, send, Optional.empty());
    }
}
