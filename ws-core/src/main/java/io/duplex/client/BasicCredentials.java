package io.duplex.client;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The user information of a URI as HTTP sends it (RFC 7617). It never goes into a request target. */
final class BasicCredentials {
    private BasicCredentials() {}

    /**
     * What a URI's user information is worth in HTTP.
     *
     * @param uri such as {@code wss://user:password@example.com/}
     * @return the value of {@code Authorization}; empty if the URI has no user information
     * @throws IllegalArgumentException if name or password cannot be sent so; the message repeats neither
     */
    static Optional<String> of(URI uri) {
        String authority = uri.getRawAuthority();
        int end = authority == null ? -1 : authority.lastIndexOf('@');
        return end < 0 ? Optional.empty() : Optional.of(value(authority.substring(0, end)));
    }

    private static String value(String raw) {
        int colon = raw.indexOf(':');
        String user = decode(colon < 0 ? raw : raw.substring(0, colon));
        String password = colon < 0 ? "" : decode(raw.substring(colon + 1));
        // RFC 7617 section 2: the first colon ends the name.
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "The URI's user name has a colon, which Basic authentication cannot send");
        }
        if ((user + password).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The URI's user name or password has a control character");
        }
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** In user information a plus is a plus; the decoder reads forms, where it is a space. */
    private static String decode(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
