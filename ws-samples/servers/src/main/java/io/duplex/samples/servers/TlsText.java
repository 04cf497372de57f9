package io.duplex.samples.servers;

import io.duplex.tls.SelfSigned;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Describes a TLS session in one line. */
final class TlsText {
    private TlsText() {}

    static String of(SSLSession session) {
        return "TLS: " + session.getProtocol() + ", " + session.getCipherSuite() + ", " + peer(session);
    }

    private static String peer(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? "peer " + certificate.getSubjectX500Principal().getName() + ", SHA-256 "
                            + SelfSigned.fingerprint(certificate)
                    : "peer with a certificate that is not X.509";
        } catch (SSLPeerUnverifiedException e) {
            return "peer without a certificate";
        }
    }
}
