package io.duplex.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * How addresses read in messages: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code example.com:80},
 * {@code unix:/run/app.sock}; and {@code unix:} alone for the end of a Unix domain connection that has no
 * name, which is the client's as a rule.
 */
public final class AddressText {
    private AddressText() {}

    /**
     * The address as a person writes it.
     *
     * @param address of any kind; other kinds than Internet addresses are shown as they show themselves
     * @return the text
     */
    public static String of(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet -> of(inet);
            case UnixDomainSocketAddress unix -> "unix:" + unix.getPath();
            case null, default -> String.valueOf(address);
        };
    }

    private static String of(InetSocketAddress inet) {
        String host = inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
}
