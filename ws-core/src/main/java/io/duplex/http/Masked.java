package io.duplex.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes credentials from text for logs and messages: from values of header fields, queries, user
 * information and subprotocols. Removed text is shown as {@code …}.
 */
public final class Masked {
    private static final String HIDDEN = "…";
    /** The maximum length of a subprotocol that is shown in full: access tokens are longer. */
    private static final int SHOWN_CHARS = 8;
    /** Characters shown of a longer one, so that it can be recognised. */
    private static final int SHOWN_OF_LONG_CHARS = 4;

    /** Fields of the handshake have no secrets, although the name of one contains "key". */
    private static final String HANDSHAKE = "sec-websocket-";
    private static final String SUBPROTOCOLS = "sec-websocket-protocol";
    private static final Set<String> URIS = Set.of("location", "referer", "content-location");
    private static final Pattern SECRET_NAME =
            Pattern.compile("auth|cookie|token|secret|key|pass|session|credential|signature|jwt|csrf|xsrf");
    private static final Pattern USER_INFO = Pattern.compile("^([^/?#]*//)[^/?#]*@");
    private static final Pattern COOKIE_VALUE = Pattern.compile("=.*", Pattern.DOTALL);

    private Masked() {}

    /**
     * Returns a head's lines, for a log.
     *
     * @param head a request
     * @return the request line, then a line for each field
     */
    public static List<String> lines(RequestHead head) {
        return lines(head.method() + " " + uri(head.target()) + " " + head.version(), head.headers());
    }

    /**
     * Returns a head's lines, for a log.
     *
     * @param head a response
     * @return the status line, then a line for each field
     */
    public static List<String> lines(ResponseHead head) {
        return lines((head.version() + " " + head.status() + " " + head.reason()).strip(), head.headers());
    }

    private static List<String> lines(String first, HttpHeaders headers) {
        List<String> lines = new ArrayList<>();
        lines.add(first);
        headers.forEach(field -> lines.add(field.name() + ": " + value(field)));
        return lines;
    }

    /**
     * Returns a field's value without credentials.
     *
     * @param field any
     * @return the value; only the name of a cookie, the start of subprotocols, URIs without user information
     *         and query, and nothing of a field whose name suggests credentials
     */
    public static String value(HttpHeaders.Field field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        return switch (name) {
            case SUBPROTOCOLS ->
                list(field.value(), ",").map(Masked::subprotocol).collect(Collectors.joining(", "));
            case "cookie" -> list(field.value(), ";").map(Masked::cookie).collect(Collectors.joining("; "));
            case "set-cookie" -> cookie(field.value());
            default -> other(name, field.value());
        };
    }

    private static String other(String name, String value) {
        if (URIS.contains(name)) {
            return uri(value);
        }
        return !name.startsWith(HANDSHAKE) && SECRET_NAME.matcher(name).find() ? HIDDEN : value;
    }

    private static Stream<String> list(String value, String separator) {
        return Stream.of(value.split(separator)).map(String::strip);
    }

    private static String cookie(String pair) {
        return pair.indexOf('=') < 0 ? HIDDEN : COOKIE_VALUE.matcher(pair).replaceFirst("=" + HIDDEN);
    }

    /**
     * Returns a subprotocol's name for a message. It may be an access token: browsers can send one in no
     * other field.
     *
     * @param name a subprotocol, well-formed or not
     * @return a short name unchanged; the start and the length of a long one
     */
    public static String subprotocol(String name) {
        return name.length() <= SHOWN_CHARS
                ? name
                : name.substring(0, SHOWN_OF_LONG_CHARS) + HIDDEN + "(" + name.length() + " characters)";
    }

    /**
     * Returns a URI, or a request target, without user information and query.
     *
     * @param text well-formed or not
     * @return scheme, host, port and path
     */
    public static String uri(String text) {
        String shown = USER_INFO.matcher(text).replaceFirst("$1");
        int mark = shown.indexOf('?');
        return mark < 0 ? shown : shown.substring(0, mark) + "?" + HIDDEN;
    }
}
