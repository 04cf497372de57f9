package io.duplex.client;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the addresses of a host. Called on a virtual thread of its own for each connection; it may block. For
 * names only: literal addresses are used directly, and names that a proxy resolves are not passed here. Must
 * be thread-safe.
 */
@FunctionalInterface
public interface HostResolver {
    /**
     * Finds the addresses.
     *
     * @param host a name, in ASCII
     * @return the addresses, the best one first; the client tries those of IPv4 and IPv6 in turn
     * @throws IOException if there are none, or they cannot be found; the caller of {@code connect} gets it.
     *                     An empty list is reported as a {@link java.net.UnknownHostException}
     */
    List<InetAddress> resolve(String host) throws IOException;

    /**
     * Returns the virtual machine's resolver, which asks the operating system and caches the answers for a
     * while.
     *
     * @return the default
     */
    static HostResolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
