package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.Durations;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.AlertDescription;

/**
 * The sentences and {@link Reason}s of failures, the same for each provider. {@link ProviderFailure} reads
 * the exceptions of the providers.
 */
final class FailureText {
    private FailureText() {}

    static TlsException timedOut(Duration timeout) {
        return new TlsException(Reason.TIMED_OUT,
                "the TLS handshake was not over within " + Durations.text(timeout));
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
     * Without close_notify, an end by the peer looks like a cut on the network path (RFC 8446 section 6.1).
     */
    static TlsException truncated() {
        return new TlsException(Reason.TRUNCATED,
                "the connection ended without TLS's close_notify, so something may be missing");
    }

    static TlsException of(SSLException thrown, boolean client, String peer) {
        ProviderFailure failure = ProviderFailure.of(thrown);
        Optional<TlsException> known = failure.find(TlsException.class);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<CertificateException> outOfTime =
                failure.find(CertificateExpiredException.class)
                        .<CertificateException>map(Function.identity())
                        .or(() -> failure.find(CertificateNotYetValidException.class));
        if (outOfTime.isPresent()) {
            return Validity.failure(peer, outOfTime.get().getMessage(), thrown);
        }
        Optional<CertificateException> otherName = failure.otherName();
        if (otherName.isPresent()) {
            return new TlsException(Reason.NAME_MISMATCH,
                    "expected a certificate for " + peer + ", but " + otherName.get().getMessage(), thrown);
        }
        Optional<Throwable> untrusted = failure.untrusted();
        if (untrusted.isPresent()) {
            return new TlsException(Reason.UNTRUSTED, "expected a certificate of " + peer
                    + " that a trusted authority vouches for, but " + untrusted.get().getMessage(), thrown);
        }
        return alert(failure, client, peer);
    }

    private static TlsException alert(ProviderFailure failure, boolean client, String peer) {
        Throwable thrown = failure.chain().getFirst();
        String shown = failure.innermostMessage();
        Optional<ProviderFailure.Alert> received =
                failure.alert().filter(ProviderFailure.Alert::received);
        if (received.isPresent()) {
            return new TlsException(Reason.REFUSED_BY_PEER,
                    peer + " refused the TLS handshake: " + shown + hint(received.get().code()), thrown);
        }
        if (!client && failure.isClientCertificateMissing()) {
            return new TlsException(Reason.CERTIFICATE_MISSING,
                    "expected a certificate of the client, but it sent none", thrown);
        }
        if (failure.isNothingInCommon()) {
            return new TlsException(Reason.NOTHING_IN_COMMON,
                    "expected a TLS version, cipher suite and certificate that both ends accept, but "
                            + "there is none: " + shown,
                    thrown);
        }
        return new TlsException(Reason.PROTOCOL, "the peer broke a rule of TLS: " + shown, thrown);
    }

    private static String hint(short alert) {
        return switch (alert) {
            case AlertDescription.certificate_required, AlertDescription.bad_certificate ->
                "; it wants another certificate of this end, or one at all";
            case AlertDescription.unknown_ca, AlertDescription.certificate_unknown ->
                "; it does not trust this end's certificate";
            case AlertDescription.certificate_expired -> "; this end's certificate has expired";
            case AlertDescription.handshake_failure, AlertDescription.protocol_version ->
                "; the two ends have no TLS version, cipher suite or certificate in common";
            case AlertDescription.unrecognized_name -> "; it does not know the name that was asked for";
            default -> "";
        };
    }

    /** INFO for failures that an operator can fix, DEBUG for those that strangers can cause. */
    static System.Logger.Level level(TlsException failure) {
        return switch (failure.reason()) {
            case NOTHING_IN_COMMON, CERTIFICATE_MISSING, UNTRUSTED, EXPIRED, NAME_MISMATCH, PIN_MISMATCH ->
                System.Logger.Level.INFO;
            case NOT_TLS, TIMED_OUT, TRUNCATED, REFUSED_BY_PEER, PROTOCOL -> System.Logger.Level.DEBUG;
        };
    }
}
