package io.duplex.client;

import io.duplex.transport.Durations;
import java.time.Duration;
import java.util.Objects;

/**
 * The timing of a client's attempts to reach a host with several addresses (RFC 8305): the first at once,
 * each next one when the previous ones have failed or not answered for a while, all within the deadline of
 * the handshake. The first that accepts a TCP connection wins. With an {@code attemptDelay} as long as {@code
 * addressTimeout} they are tried one after the other.
 *
 * @param attemptDelay   the time before the next address is tried in parallel; positive
 * @param addressTimeout the total time for an address; the last one has the rest of the time until the
 *                       deadline of the handshake; positive
 */
public record DialOptions(Duration attemptDelay, Duration addressTimeout) {
    /**
     * 250 ms, as RFC 8305 section 5 recommends; and 5 s, within which TCP has sent its first packet three
     * times (at 0, 1 and 3 s, RFC 6298), so that two lost packets do not count as a dead address.
     */
    public static final DialOptions DEFAULT = new DialOptions(Duration.ofMillis(250), Duration.ofSeconds(5));

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a duration is not positive
     */
    public DialOptions {
        requirePositive("attemptDelay", attemptDelay);
        requirePositive("addressTimeout", addressTimeout);
    }

    private static void requirePositive(String name, Duration value) {
        if (!Objects.requireNonNull(value, name).isPositive()) {
            throw new IllegalArgumentException(
                    "DialOptions." + name + " must be positive, not " + Durations.text(value));
        }
    }

    /**
     * Returns a copy with another delay.
     *
     * @param value positive
     * @return a copy
     */
    public DialOptions withAttemptDelay(Duration value) {
        return new DialOptions(value, addressTimeout);
    }

    /**
     * Returns a copy with another time for each address.
     *
     * @param value positive
     * @return a copy
     */
    public DialOptions withAddressTimeout(Duration value) {
        return new DialOptions(attemptDelay, value);
    }
}
