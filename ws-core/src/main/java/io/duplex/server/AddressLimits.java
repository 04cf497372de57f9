package io.duplex.server;

/**
 * Limits the connections of one remote address, so that a single machine cannot occupy the server. An IPv4
 * address counts as one, and so do all IPv6 addresses with the same first 64 bits, the range of one
 * subscriber (RFC 6177). Loopback addresses and Unix domain sockets are not bounded. Behind a reverse proxy
 * on another machine all connections come from one address: use {@link #NONE} there. Immutable.
 *
 * @param maxConnections      connections at once; further ones get 429
 * @param handshakesPerSecond new connections in a second, and in a burst after a quiet second; further ones
 *                            get 429, or a reset if the answer would cost a TLS handshake
 */
public record AddressLimits(int maxConnections, int handshakesPerSecond) {
    /** The default: a tenth of a server's default connections. */
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
     * Returns a copy with another bound of connections.
     *
     * @param value positive
     * @return new limits
     */
    public AddressLimits withMaxConnections(int value) {
        return new AddressLimits(value, handshakesPerSecond);
    }

    /**
     * Returns a copy with another bound of handshakes.
     *
     * @param value positive
     * @return new limits
     */
    public AddressLimits withHandshakesPerSecond(int value) {
        return new AddressLimits(maxConnections, value);
    }
}
