package io.duplex.server;

/**
 * Bounds what one remote address may take of a server, so that a single machine cannot hold all its places.
 * IPv4 addresses count each, IPv6 addresses by their first 64 bits, which is what one subscriber has (RFC
 * 6177). Loopback addresses and Unix domain sockets are not bounded. Behind a reverse proxy on another
 * machine all connections come from one address: use {@link #NONE} there. Immutable.
 *
 * @param maxConnections      connections at once; one more gets 429
 * @param handshakesPerSecond connections that may begin in a second, and at once after a quiet second; one
 *                            more gets 429, or a reset where the answer would cost a TLS handshake
 */
public record AddressLimits(int maxConnections, int handshakesPerSecond) {
    /** A tenth of the connections that a server serves by default. */
    public static final AddressLimits DEFAULT = new AddressLimits(1_000, 200);

    /** No bounds. */
    public static final AddressLimits NONE = new AddressLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Checks that both are positive. */
    public AddressLimits {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections must be positive: " + maxConnections);
        }
        if (handshakesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "handshakesPerSecond must be positive: " + handshakesPerSecond);
        }
    }

    /**
     * The same with another bound of connections.
     *
     * @param value positive
     * @return new limits
     */
    public AddressLimits withMaxConnections(int value) {
        return new AddressLimits(value, handshakesPerSecond);
    }

    /**
     * The same with another bound of handshakes.
     *
     * @param value positive
     * @return new limits
     */
    public AddressLimits withHandshakesPerSecond(int value) {
        return new AddressLimits(maxConnections, value);
    }
}
