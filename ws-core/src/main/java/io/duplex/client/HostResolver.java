package io.duplex.client;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the addresses of a host. Called on a virtual thread of its own for each connection; it may block.
 * Names only: a literal address is taken as it is. What a proxy resolves does not come here. Must be
 * thread-safe.
 */
@FunctionalInterface
public interface HostResolver {
    /**
     * Finds the addresses.
     *
     * @param host a name, in ASCII
     * @return the addresses, the best one first; the client tries those of IPv4 and IPv6 in turn
     * @throws IOException if there are none, or they cannot be found; it is passed on to who wants the
     *                     connection. A {@link java.net.UnknownHostException} is told as an unknown host, and
     *                     an empty list, too
     */
    List<InetAddress> resolve(String host) throws IOException;

    /**
     * The virtual machine's resolver, which asks the operating system and keeps what it got for a while.
     *
     * @return the default
     */
    static HostResolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
