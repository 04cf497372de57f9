package io.duplex.internal.proxy;

import java.util.Objects;
import java.util.Optional;

/**
 * The target of a tunnel.
 *
 * @param host    a name or an address in ASCII, an IPv6 address without brackets
 * @param port    1 to 65535
 * @param address its 4 or 16 bytes, if the host is an address
 */
public record TunnelTarget(String host, int port, Optional<byte[]> address) {
    /** Checks that all are there. */
    public TunnelTarget {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(address, "address");
    }

    /** Returns host and port as an authority, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
