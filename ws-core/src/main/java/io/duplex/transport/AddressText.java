package io.duplex.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How addresses read in messages: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code example.com:80}. */
public final class AddressText {
    private AddressText() {}

    /**
     * The address as a person writes it.
     *
     * @param address of any kind; other kinds than Internet addresses are shown as they show themselves
     * @return the text
     */
    public static String of(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? of(inet) : String.valueOf(address);
    }

    private static String of(InetSocketAddress inet) {
        String host = inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
}
