package io.duplex.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Writes addresses for messages: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code example.com:80},
 * {@code unix:/run/app.sock}; {@code unix:} alone for an unnamed Unix domain socket, usually the client's.
 */
public final class AddressText {
    private AddressText() {}

    /**
     * Returns the address as text.
     *
     * @param address an Internet or Unix domain address; for others, their {@code toString} is used
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
