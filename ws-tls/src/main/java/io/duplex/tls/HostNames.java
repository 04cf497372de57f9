package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Checks whether a certificate is for a host (RFC 9525 section 6): subject alternative names only, a wildcard
 * only as the whole left-most label. It runs after the provider's own check, because one provider accepts a
 * wildcard in the middle.
 */
final class HostNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private HostNames() {}

    /** Whether a host is a literal address. */
    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    /**
     * Checks a certificate.
     *
     * @param host as in the URI, an IPv6 address without its brackets
     * @throws TlsException if the certificate is for other names; the message lists them
     */
    static void check(X509Certificate certificate, String host) throws TlsException {
        List<String> names = names(certificate, isAddress(host) ? IP_ADDRESS : DNS_NAME);
        boolean found = isAddress(host)
                ? names.stream().anyMatch(name -> isSameAddress(name, host))
                : names.stream().anyMatch(name -> matches(name, host));
        if (!found) {
            throw new TlsException(Reason.NAME_MISMATCH,
                    "expected a certificate for " + host + ", but it is for "
                            + (names.isEmpty() ? "no name of this kind" : String.join(", ", names)));
        }
    }

    /** Whether a pattern, a DNS name with an optional leading wildcard, matches the host. */
    static boolean matches(String pattern, String host) {
        String wanted = withoutDot(host.toLowerCase(Locale.ROOT));
        String given = withoutDot(pattern.toLowerCase(Locale.ROOT));
        if (!given.contains("*")) {
            return given.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        boolean wildcardIsFirstLabel = given.startsWith("*.") && given.indexOf('*', 1) < 0;
        // A wildcard directly below a top-level domain would match everything in it.
        boolean rest = given.indexOf('.', 2) > 0;
        return wildcardIsFirstLabel && rest && dot > 0 && given.substring(1).equals(wanted.substring(dot));
    }

    static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** Literals only, so no name is resolved. */
    private static boolean isSameAddress(String one, String other) {
        try {
            return isAddress(one) && InetAddress.getByName(one).equals(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<String> names(X509Certificate certificate, int kind) throws TlsException {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            List<String> names = new ArrayList<>();
            if (all != null) {
                all.stream()
                        .filter(entry -> Integer.valueOf(kind).equals(entry.get(0)))
                        .forEach(entry -> names.add(String.valueOf(entry.get(1))));
            }
            return names;
        } catch (CertificateParsingException e) {
            throw new TlsException(Reason.NAME_MISMATCH,
                    "the certificate's names cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** The DNS names of a server's certificate, for the choice by SNI. */
    static List<String> dnsNames(X509Certificate certificate) {
        try {
            return names(certificate, DNS_NAME);
        } catch (TlsException e) {
            return List.of();
        }
    }
}
