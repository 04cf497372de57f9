package io.duplex.http;

import java.net.IDN;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A host and perhaps a port, as in a {@code Host} field or an absolute target (RFC 9110 section 7.2, RFC 3986
 * section 3.2). User information is refused, as RFC 9110 section 4.2.4 wants, and so is an empty host
 * (section 4.2.1).
 *
 * @param host a name or an IPv4 address, or an IPv6 address in square brackets; in lower case
 * @param port 0 to 65535 if one is given
 */
public record Authority(String host, OptionalInt port) {
    private static final int MAX_PORT = 65_535;

    /**
     * Checks both, and turns the host to lower case.
     *
     * @throws IllegalArgumentException if the host is malformed or the port out of range
     */
    public Authority {
        if (!HostSyntax.isHost(host)) {
            throw new IllegalArgumentException("malformed host " + HttpSyntax.quote(host));
        }
        if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > MAX_PORT)) {
            throw new IllegalArgumentException("port " + port.getAsInt() + " is not 0 to " + MAX_PORT);
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * Turns an internationalised host into its ASCII form (RFC 3490, as {@link IDN} has it), before anything
     * is parsed.
     *
     * @param hostAndPort a host, and perhaps a colon and a port
     * @param whose       such as {@code The URI}, for the message
     * @return the same with a host that DNS knows
     * @throws IllegalArgumentException if the host is no internationalised domain name
     */
    public static String toAscii(String hostAndPort, String whose) {
        if (hostAndPort.chars().allMatch(c -> c < 0x80)) {
            return hostAndPort;
        }
        int colon = hostAndPort.lastIndexOf(':');
        int end = colon < 0 ? hostAndPort.length() : colon;
        try {
            return IDN.toASCII(hostAndPort.substring(0, end)) + hostAndPort.substring(end);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(whose + "'s host is no internationalised domain name", e);
        }
    }

    /**
     * Reads {@code host} or {@code host:port}; a colon without digits behind it counts as no port (RFC 3986
     * section 3.2.3).
     *
     * @param text such as {@code example.com:8080} or {@code [::1]}
     * @return the authority
     * @throws HttpException with status 400 if it is malformed
     */
    public static Authority parse(String text) throws HttpException {
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : endOfName(text);
        String host = text.substring(0, hostEnd);
        String rest = text.substring(hostEnd);
        if (!HostSyntax.isHost(host) || !rest.isEmpty() && rest.charAt(0) != ':') {
            throw HttpException.badRequest("malformed host");
        }
        return new Authority(host, rest.length() < 2 ? OptionalInt.empty() : parsePort(rest.substring(1)));
    }

    private static int endOfName(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? text.length() : colon;
    }

    private static OptionalInt parsePort(String digits) throws HttpException {
        // Five digits are enough for every port and too few to overflow an int.
        if (digits.length() <= 5 && digits.chars().allMatch(HttpSyntax::isDigit)) {
            int port = Integer.parseInt(digits);
            if (port <= MAX_PORT) {
                return OptionalInt.of(port);
            }
        }
        throw HttpException.badRequest("malformed port");
    }

    /**
     * The authority as it is written in a {@code Host} field.
     *
     * @return {@code host} or {@code host:port}
     */
    @Override
    public String toString() {
        return port.isPresent() ? host + ":" + port.getAsInt() : host;
    }
}
