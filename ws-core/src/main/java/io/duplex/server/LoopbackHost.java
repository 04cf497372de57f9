package io.duplex.server;

/**
 * Recognizes hosts that mean this machine by their text alone. Browsers resolve {@code localhost} and its
 * subdomains themselves, so no other machine can answer for them (RFC 6761 section 6.3).
 */
final class LoopbackHost {
    private static final String LOCALHOST = "localhost";
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
        return name.equals(LOCALHOST) || name.endsWith("." + LOCALHOST) || isLoopbackIpv4(name);
    }

    /** 127.0.0.0/8, each number without leading zeros. */
    private static boolean isLoopbackIpv4(String name) {
        if (!name.startsWith("127.")) {
            return false;
        }
        int dots = 0;
        int octet = -1;
        for (int i = "127.".length(); i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' && octet >= 0) {
                dots++;
                octet = -1;
            } else if (c >= '0' && c <= '9' && octet != 0) {
                octet = Math.max(octet, 0) * 10 + c - '0';
            } else {
                return false;
            }
            if (octet > 255) {
                return false;
            }
        }
        return dots == 2 && octet >= 0;
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
