package io.duplex.internal.proxy;

import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer.Credentials;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client's messages in SOCKS 5 (RFC 1928), and the meaning of the codes of the answers. */
final class Socks5Messages {
    static final int NO_AUTHENTICATION = 0;
    static final int USER_AND_PASSWORD = 2;
    static final int NONE_ACCEPTABLE = 0xFF;
    static final int IPV4 = 1;
    static final int NAME = 3;
    static final int IPV6 = 4;
    /** One byte holds the length. */
    static final int MAX_NAME_BYTES = 255;
    private static final byte VERSION = 5;
    private static final byte LOGIN_VERSION = 1;
    private static final byte CONNECT = 1;

    private Socks5Messages() {}

    /** Section 3: the methods that the client can do; user name and password only if it has them. */
    static byte[] methods(boolean credentials) {
        return credentials
                ? new byte[] { VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD }
                : new byte[] { VERSION, 1, NO_AUTHENTICATION };
    }

    /** RFC 1929 section 2. */
    static byte[] login(Credentials credentials) {
        byte[] user = credentials.user().getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + user.length + password.length)
                .put(LOGIN_VERSION)
                .put((byte) user.length)
                .put(user)
                .put((byte) password.length)
                .put(password)
                .array();
    }

    /** Section 4: a name as it is, an address as its bytes. */
    static byte[] connect(TunnelTarget target) {
        byte[] address = target.address().orElseGet(() -> name(target.host()));
        int type = target.address().isEmpty() ? NAME : address.length == 4 ? IPV4 : IPV6;
        return ByteBuffer.allocate(6 + address.length)
                .put(VERSION)
                .put(CONNECT)
                .put((byte) 0)
                .put((byte) type)
                .put(address)
                .putShort((short) target.port())
                .array();
    }

    private static byte[] name(String host) {
        byte[] name = host.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + name.length).put((byte) name.length).put(name).array();
    }

    /** Section 6. */
    static String words(int reply) {
        return switch (reply) {
            case 1 -> "general failure (reply 1)";
            case 2 -> "not allowed by its rules (reply 2)";
            case 3 -> "network unreachable (reply 3)";
            case 4 -> "host unreachable (reply 4)";
            case 5 -> "connection refused (reply 5)";
            case 6 -> "time to live expired (reply 6)";
            case 7 -> "it does not know the command (reply 7)";
            case 8 -> "it does not know this type of address (reply 8)";
            default -> "reply " + reply + ", which has no meaning";
        };
    }

    /** Returns the reason by what another attempt could change. */
    static Reason reason(int reply) {
        return switch (reply) {
            case 1, 3, 4, 5, 6 -> Reason.TARGET;
            case 2, 7, 8 -> Reason.REFUSED;
            default -> Reason.PROTOCOL;
        };
    }
}
