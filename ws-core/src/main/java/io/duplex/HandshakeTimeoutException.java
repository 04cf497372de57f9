package io.duplex;

import io.duplex.transport.Durations;
import java.time.Duration;
import java.util.Objects;

/**
 * The opening handshake of a client was not complete in time ({@link Timeouts#handshake}): TCP was not
 * connected, or the server did not answer. Timeouts of TLS and proxies have their own exceptions.
 */
public final class HandshakeTimeoutException extends HandshakeException {
    private static final long serialVersionUID = 1L;

    /** The time that the client has waited. */
    private final Duration deadline;

    /**
     * The deadline has expired.
     *
     * @param awaited  what the client waited for, as the end of a sentence
     * @param deadline how long the client has waited
     */
    public HandshakeTimeoutException(String awaited, Duration deadline) {
        super("the opening handshake was not over within " + Durations.text(deadline)
                + " (Timeouts.handshake): " + awaited);
        this.deadline = Objects.requireNonNull(deadline, "deadline");
    }

    /**
     * Returns the deadline that has expired.
     *
     * @return the value of {@link Timeouts#handshake}
     */
    public Duration deadline() {
        return deadline;
    }
}
