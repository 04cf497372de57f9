package io.duplex.samples.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The names and addresses of a server on this machine. */
final class LocalNames {
    private LocalNames() {}

    /**
     * Returns the names for a certificate.
     *
     * @param host the name or address on which the server listens
     * @return the host, unless it is a wildcard address; the loopback names; and for a wildcard address all
     * names and addresses of the machine
     * @throws IOException if the host is unknown
     */
    static String[] of(String host) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        InetAddress address = address(host);
        if (!address.isAnyLocalAddress()) {
            names.add(host);
        }
        names.add("localhost");
        names.add("127.0.0.1");
        names.add("::1");
        if (address.isAnyLocalAddress()) {
            addMachine(names);
        }
        return names.toArray(String[]::new);
    }

    private static InetAddress address(String host) throws IOException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("unknown host: " + host, e);
        }
    }

    private static void addMachine(Set<String> names) throws IOException {
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name has addresses only.
        }
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress())
                .forEach(address -> names.add(address.getHostAddress()));
    }
}
