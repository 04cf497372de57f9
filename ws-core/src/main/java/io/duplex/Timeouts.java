package io.duplex;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The deadlines of one connection. An empty value switches that one off.
 *
 * @param handshake    from the first TCP packet to the end of the opening handshake, TLS included
 * @param idle         without a byte from the peer; its passing closes with 1001
 * @param pingInterval between two pings of the keep-alive; the first comes up to half an interval earlier, at
 *                     another moment on each connection
 * @param pong         from a ping to its pong, or to any other byte from the peer; its passing fails the connection
 * @param close        from the first Close frame to the peer's FIN, not prolonged by traffic; its passing resets
 * @param send         for the socket to take a write; its passing resets
 */
public record Timeouts(Duration handshake, Optional<Duration> idle, Optional<Duration> pingInterval,
        Optional<Duration> pong, Duration close, Optional<Duration> send) {
    /** Handshake 10 s, no idle time-out, ping every 20 s, pong within 20 s, close 10 s, send 30 s. */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Optional.empty(),
            Optional.of(Duration.ofSeconds(20)), Optional.of(Duration.ofSeconds(20)), Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(30)));

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
    }

    private static void positive(String name, Optional<Duration> value) {
        Objects.requireNonNull(value, name);
        if (value.isPresent() && (value.get().isNegative() || value.get().isZero())) {
            throw new IllegalArgumentException(name + " must be positive: " + value.get());
        }
    }

    /**
     * The same with another handshake deadline.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withHandshake(Duration value) {
        return new Timeouts(value, idle, pingInterval, pong, close, send);
    }

    /**
     * The same with an idle time-out.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withIdle(Duration value) {
        return new Timeouts(handshake, Optional.of(value), pingInterval, pong, close, send);
    }

    /**
     * The same with another keep-alive.
     *
     * @param interval between two pings; positive
     * @param deadline for the pong; positive
     * @return a copy
     */
    public Timeouts withKeepAlive(Duration interval, Duration deadline) {
        return new Timeouts(handshake, idle, Optional.of(interval), Optional.of(deadline), close, send);
    }

    /**
     * The same without pings of its own.
     *
     * @return a copy
     */
    public Timeouts withoutKeepAlive() {
        return new Timeouts(handshake, idle, Optional.empty(), pong, close, send);
    }

    /**
     * The same with another close deadline.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withClose(Duration value) {
        return new Timeouts(handshake, idle, pingInterval, pong, value, send);
    }

    /**
     * The same with another send deadline.
     *
     * @param value positive
     * @return a copy
     */
    public Timeouts withSend(Duration value) {
        return new Timeouts(handshake, idle, pingInterval, pong, close, Optional.of(value));
    }
}
