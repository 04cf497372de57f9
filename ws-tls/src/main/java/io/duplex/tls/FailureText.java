package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.DurationText;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Turns what a provider throws into one sentence and a {@link Reason}: each provider has words of its own for
 * the same mishap, and puts the real cause at another depth.
 */
final class FailureText {
    private FailureText() {}

    static TlsException timedOut(Duration timeout) {
        return new TlsException(Reason.TIMED_OUT,
                "the TLS handshake was not over within " + DurationText.of(timeout));
    }

    static TlsException endedEarly(boolean anyReceived) {
        return new TlsException(Reason.TRUNCATED, anyReceived
                ? "the peer ended the connection in the middle of the TLS handshake"
                : "the peer ended the connection before it had said anything, and a TLS handshake was "
                        + "expected");
    }

    static TlsException closedEarly() {
        return new TlsException(Reason.TRUNCATED, "the peer closed TLS in the middle of the handshake");
    }

    /**
     * RFC 8446 section 6.1: without close_notify it is not known whether the peer ended here, or somebody on
     * the way.
     */
    static TlsException truncated() {
        return new TlsException(Reason.TRUNCATED,
                "the connection ended without TLS's close_notify, so something may be missing");
    }

    static TlsException of(SSLException thrown, boolean client, String peer) {
        if (thrown instanceof TlsException known) {
            return known;
        }
        return certificate(thrown, client, peer);
    }

    private static TlsException certificate(SSLException thrown, boolean client, String peer) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            String text = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
            if (at instanceof CertificateExpiredException || at instanceof CertificateNotYetValidException) {
                return Validity.failure(peer, at.getMessage(), thrown);
            }
            if (at instanceof TlsException known) {
                return known;
            }
            if (at instanceof CertPathBuilderException || at instanceof CertPathValidatorException) {
                continue;
            }
            if (at instanceof CertificateException && isAboutNames(text)) {
                return new TlsException(Reason.NAME_MISMATCH,
                        "expected a certificate for " + peer + ", but " + at.getMessage(), thrown);
            }
        }
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof CertPathBuilderException || at instanceof CertPathValidatorException
                    || at instanceof CertificateException) {
                return new TlsException(Reason.UNTRUSTED,
                        "expected a certificate of " + peer + " that a trusted authority vouches for, but "
                                + at.getMessage(),
                        thrown);
            }
        }
        return alert(thrown, client, peer);
    }

    private static boolean isAboutNames(String text) {
        return text.contains("no name matching") || text.contains("no subject alternative")
                || text.contains("hostname") || text.contains("no dnsname") || text.contains("endpoint");
    }

    private static TlsException alert(SSLException thrown, boolean client, String peer) {
        String text = texts(thrown);
        String shown = innermost(thrown);
        if (text.contains("received fatal alert") || text.contains("tlsfatalalertreceived")) {
            return new TlsException(Reason.REFUSED_BY_PEER,
                    peer + " refused the TLS handshake: " + shown + hint(text),
                    thrown);
        }
        if (text.contains("empty client certificate chain") || text.contains("certificate_required")
                || !client && text.contains("bad_certificate")) {
            return new TlsException(Reason.CERTIFICATE_MISSING,
                    "expected a certificate of the client, but it sent none", thrown);
        }
        if (text.contains("in common") || text.contains("no common") || text.contains("protocol_version")
                || text.contains("handshake_failure") || text.contains("no appropriate protocol")
                || text.contains("insufficient_security") || text.contains("not supported by")
                || text.contains("not accepted by")
                || text.contains("no available authentication scheme")) {
            return new TlsException(Reason.NOTHING_IN_COMMON,
                    "expected a TLS version, cipher suite and certificate that both ends accept, but "
                            + "there is none: "
                            + shown,
                    thrown);
        }
        return new TlsException(Reason.PROTOCOL, "the peer broke a rule of TLS: " + shown, thrown);
    }

    private static String hint(String text) {
        if (text.contains("certificate_required") || text.contains("bad_certificate")) {
            return "; it wants another certificate of this end, or one at all";
        }
        if (text.contains("unknown_ca") || text.contains("certificate_unknown")) {
            return "; it does not trust this end's certificate";
        }
        if (text.contains("certificate_expired")) {
            return "; this end's certificate has expired";
        }
        if (text.contains("handshake_failure") || text.contains("protocol_version")) {
            return "; the two ends have no TLS version, cipher suite or certificate in common";
        }
        if (text.contains("unrecognized_name")) {
            return "; it does not know the name that was asked for";
        }
        return "";
    }

    private static String texts(Throwable thrown) {
        StringBuilder all = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            all.append(at.getClass().getSimpleName()).append(' ').append(at.getMessage()).append('\n');
        }
        return all.toString().toLowerCase(Locale.ROOT);
    }

    private static String innermost(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage());
    }

    /** What an operator can do something about is worth a line; what strangers send to a port is not. */
    static System.Logger.Level level(TlsException failure) {
        return switch (failure.reason()) {
            case NOTHING_IN_COMMON, CERTIFICATE_MISSING, UNTRUSTED, EXPIRED, NAME_MISMATCH, PIN_MISMATCH ->
                System.Logger.Level.INFO;
            case NOT_TLS, TIMED_OUT, TRUNCATED, REFUSED_BY_PEER, PROTOCOL -> System.Logger.Level.DEBUG;
        };
    }
}
