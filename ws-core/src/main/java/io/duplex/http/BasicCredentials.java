package io.duplex.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A user name and a password as HTTP sends them (RFC 7617). */
public final class BasicCredentials {
    private BasicCredentials() {}

    /**
     * Returns the value of {@code Authorization} for a URI's user information, which never goes into a
     * request target.
     *
     * @param uri such as {@code wss://user:password@example.com/}
     * @return the value; empty if the URI has no user information
     * @throws IllegalArgumentException if name or password cannot be sent; the message repeats neither
     */
    public static Optional<String> of(URI uri) {
        String authority = uri.getRawAuthority();
        int end = authority == null ? -1 : authority.lastIndexOf('@');
        return end < 0 ? Optional.empty() : Optional.of(value(authority.substring(0, end)));
    }

    private static String value(String raw) {
        int colon = raw.indexOf(':');
        String user = decode(colon < 0 ? raw : raw.substring(0, colon));
        String password = colon < 0 ? "" : decode(raw.substring(colon + 1));
        require("The URI's", user, password);
        return encode(user, password);
    }

    /**
     * Decodes one part of user information. A plus is a plus, unlike in forms, where it is a space.
     *
     * @param raw percent-encoded
     * @return the text
     * @throws IllegalArgumentException if it is not percent-encoded; the message may repeat it
     */
    public static String decode(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * Checks that name and password can be sent.
     *
     * @param owner    whose they are, as the message begins
     * @param user     the name
     * @param password the password
     * @throws IllegalArgumentException if they cannot; the message repeats neither
     */
    public static void require(String owner, String user, String password) {
        // RFC 7617 section 2: the first colon ends the name.
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    owner + " user name has a colon, which Basic authentication cannot send");
        }
        if ((user + password).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(owner + " user name or password has a control character");
        }
    }

    /**
     * Returns the value of a field that sends them.
     *
     * @param user     a name without a colon
     * @param password the password
     * @return such as {@code Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==}
     */
    public static String encode(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
