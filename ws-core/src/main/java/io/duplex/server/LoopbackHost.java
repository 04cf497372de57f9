package io.duplex.server;

import java.util.regex.Pattern;

/**
 * Recognizes hosts that mean this machine by their text alone. Browsers resolve {@code localhost} and its
 * subdomains themselves, so no other machine can answer for them (RFC 6761 section 6.3).
 */
final class LoopbackHost {
    private static final String LOCALHOST = "localhost";
    private static final Pattern IPV4 =
            Pattern.compile("127(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");
    private static final int GROUPS = 8;

    private LoopbackHost() {}

    /**
     * Returns whether a host means this machine.
     *
     * @param host as in {@link io.duplex.http.Authority#host()}
     * @return true for {@code localhost}, its subdomains, 127.0.0.0/8, ::1 in any spelling and
     *         ::ffff:127.0.0.0/104
     */
    static boolean matches(String host) {
        if (host.startsWith("[")) {
            return isLoopback(groups(host.substring(1, host.length() - 1)));
        }
        String name = HostPattern.withoutDot(host);
        return name.equals(LOCALHOST) || name.endsWith("." + LOCALHOST) || IPV4.matcher(name).matches();
    }

    private static boolean isLoopback(int[] groups) {
        int zeros = 0;
        while (zeros < GROUPS && groups[zeros] == 0) {
            zeros++;
        }
        boolean ipv6 = zeros == GROUPS - 1 && groups[GROUPS - 1] == 1;
        boolean mappedIpv4 = zeros == 5 && groups[5] == 0xFFFF && groups[6] >> 8 == 127;
        return ipv6 || mappedIpv4;
    }

    /** The eight groups of an address whose syntax was checked. */
    private static int[] groups(String address) {
        int gap = address.indexOf("::");
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            put(address, groups, 0);
            return groups;
        }
        put(address.substring(0, gap), groups, 0);
        String right = address.substring(gap + 2);
        put(right, groups, GROUPS - count(right));
        return groups;
    }

    private static int count(String part) {
        if (part.isEmpty()) {
            return 0;
        }
        return part.split(":").length + (part.indexOf('.') < 0 ? 0 : 1);
    }

    private static void put(String part, int[] groups, int first) {
        int at = first;
        for (String group : part.isEmpty() ? new String[0] : part.split(":")) {
            if (group.indexOf('.') < 0) {
                groups[at++] = Integer.parseInt(group, 16);
            } else {
                String[] octets = group.split("\\.");
                groups[at++] = Integer.parseInt(octets[0]) << 8 | Integer.parseInt(octets[1]);
                groups[at++] = Integer.parseInt(octets[2]) << 8 | Integer.parseInt(octets[3]);
            }
        }
    }
}
