package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** The validity period of a certificate (RFC 5280 section 4.1.2.5). */
final class Validity {
    private Validity() {}

    static boolean isNow(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /** Providers do not check the validity of a certificate that is itself trusted. */
    static void require(X509Certificate certificate, String peer) throws TlsException {
        if (!isNow(certificate)) {
            throw failure(peer, text(certificate), null);
        }
    }

    static String text(X509Certificate certificate) {
        return "that of " + certificate.getSubjectX500Principal().getName() + " is valid from "
                + certificate.getNotBefore().toInstant() + " to " + certificate.getNotAfter().toInstant();
    }

    static TlsException failure(String peer, String text, Throwable cause) {
        return new TlsException(Reason.EXPIRED,
                "expected a certificate of " + peer + " that is valid now, but " + text, cause);
    }
}
