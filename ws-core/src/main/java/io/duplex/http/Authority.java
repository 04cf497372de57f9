package io.duplex.http;

import java.net.IDN;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A host and perhaps a port, as in a {@code Host} field or an absolute target (RFC 9110 section 7.2, RFC 3986
 * section 3.2). User information is refused, as RFC 9110 section 4.2.4 requires, and so is an empty host
 * (section 4.2.1). Only the syntax is checked; no name is resolved.
 *
 * @param host a name or an IPv4 address, or an IPv6 address in square brackets; in lower case
 * @param port 0 to 65535 if one is given
 */
public record Authority(String host, OptionalInt port) {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;
    /** RFC 3986 section 3.2.2, without percent-encoding. */
    private static final boolean[] NAME = HttpSyntax.table("-._~!$&'()*+,;=");
    private static final Pattern OCTET = Pattern.compile("25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]");
    private static final Pattern IPV6_GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final int IPV6_GROUPS = 8;

    /**
     * Checks both, and converts the host to lower case.
     *
     * @throws IllegalArgumentException if the host is malformed or the port out of range
     */
    public Authority {
        if (!isHost(host)) {
            throw new IllegalArgumentException("malformed host " + HttpSyntax.quote(host));
        }
        if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > MAX_PORT)) {
            throw new IllegalArgumentException("port " + port.getAsInt() + " is not 0 to " + MAX_PORT);
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * Converts an internationalised host into its ASCII form (RFC 3490, by {@link IDN}).
     *
     * @param hostAndPort a host, and perhaps a colon and a port; not parsed yet
     * @param whose       such as {@code The URI}, for the message
     * @return the same with a host in ASCII
     * @throws IllegalArgumentException if the host is not an internationalised domain name
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
     * Parses {@code host} or {@code host:port}. A colon without digits after it counts as no port (RFC 3986
     * section 3.2.3).
     *
     * @param text such as {@code example.com:8080} or {@code [::1]}
     * @return the authority
     * @throws HttpException with status 400 if it is malformed
     */
    public static Authority parse(String text) throws HttpException {
        int colon = text.indexOf(':');
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : colon < 0 ? text.length() : colon;
        String host = text.substring(0, hostEnd);
        if (!isHost(host) || hostEnd < text.length() && text.charAt(hostEnd) != ':') {
            throw HttpException.badRequest("malformed host");
        }
        return new Authority(host,
                text.length() - hostEnd < 2 ? OptionalInt.empty() : parsePort(text, hostEnd + 1));
    }

    private static OptionalInt parsePort(String text, int from) throws HttpException {
        int port = 0;
        for (int i = from; i < text.length() && port <= MAX_PORT; i++) {
            char c = text.charAt(i);
            // Not a digit, or more digits than the largest port has.
            if (!HttpSyntax.isDigit(c) || i - from == MAX_PORT_DIGITS) {
                throw HttpException.badRequest("malformed port");
            }
            port = port * 10 + c - '0';
        }
        if (port > MAX_PORT) {
            throw HttpException.badRequest("malformed port");
        }
        return OptionalInt.of(port);
    }

    /** Checks RFC 3986 section 3.2.2. */
    private static boolean isHost(String host) {
        return host.startsWith("[")
                ? host.endsWith("]") && isIpv6(host.substring(1, host.length() - 1))
                : isName(host);
    }

    private static boolean isName(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '%' && i + 2 < host.length() && HttpSyntax.isHexDigit(host.charAt(i + 1))
                    && HttpSyntax.isHexDigit(host.charAt(i + 2))) {
                i += 2;
            } else if (c >= NAME.length || !NAME[c]) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    /** Refuses a zone, which has a meaning on the sender's machine only. */
    private static boolean isIpv6(String address) {
        int gap = address.indexOf("::");
        if (gap < 0) {
            return areGroups(address, true) && count(address) == IPV6_GROUPS;
        }
        String left = address.substring(0, gap);
        String right = address.substring(gap + 2);
        return (left.isEmpty() || areGroups(left, false)) && (right.isEmpty() || areGroups(right, true))
                && count(left) + count(right) < IPV6_GROUPS;
    }

    private static boolean areGroups(String text, boolean mayEndInIpv4) {
        String[] groups = text.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            boolean last = i == groups.length - 1;
            if (!IPV6_GROUP.matcher(groups[i]).matches() && !(last && mayEndInIpv4 && isIpv4(groups[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Counts groups. An IPv4 address at the end stands for two. */
    private static int count(String groups) {
        int colons = (int) groups.chars().filter(c -> c == ':').count();
        return groups.isEmpty() ? 0 : colons + (groups.indexOf('.') < 0 ? 1 : 2);
    }

    private static boolean isIpv4(String text) {
        String[] octets = text.split("\\.", -1);
        for (String octet : octets) {
            if (!OCTET.matcher(octet).matches()) {
                return false;
            }
        }
        return octets.length == 4;
    }

    /**
     * Returns the authority as it is written in a {@code Host} field.
     *
     * @return {@code host} or {@code host:port}
     */
    @Override
    public String toString() {
        return port.isPresent() ? host + ":" + port.getAsInt() : host;
    }
}
