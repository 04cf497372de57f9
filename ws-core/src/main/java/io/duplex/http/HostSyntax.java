package io.duplex.http;

import java.util.regex.Pattern;

/** What a host may look like (RFC 3986 section 3.2.2). Only syntax: nothing is resolved. */
final class HostSyntax {
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})++");
    private static final Pattern OCTET = Pattern.compile("25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]");
    private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final int GROUPS = 8;

    private HostSyntax() {}

    static boolean isHost(String host) {
        if (host.startsWith("[")) {
            return host.endsWith("]") && isIpv6(host.substring(1, host.length() - 1));
        }
        return NAME.matcher(host).matches();
    }

    /** Without a zone: that has a meaning on the sender's machine only. */
    private static boolean isIpv6(String address) {
        int gap = address.indexOf("::");
        if (gap < 0) {
            return areGroups(address, true) && count(address) == GROUPS;
        }
        String left = address.substring(0, gap);
        String right = address.substring(gap + 2);
        return (left.isEmpty() || areGroups(left, false)) && (right.isEmpty() || areGroups(right, true))
                && count(left) + count(right) < GROUPS;
    }

    private static boolean areGroups(String text, boolean mayEndInIpv4) {
        String[] groups = text.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            boolean last = i == groups.length - 1;
            if (!GROUP.matcher(groups[i]).matches() && !(last && mayEndInIpv4 && isIpv4(groups[i]))) {
                return false;
            }
        }
        return true;
    }

    /** An IPv4 address at the end stands for two groups. */
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
}
