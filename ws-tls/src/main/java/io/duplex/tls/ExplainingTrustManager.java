package io.duplex.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Explains the refusals of a provider's trust manager: a certificate that has expired or is not valid yet is
 * reported as such. Bouncy Castle's reports only that it found no valid chain. It makes no decision itself.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager provider;

    ExplainingTrustManager(X509ExtendedTrustManager provider) {
        this.provider = provider;
    }

    /** A check of the provider. */
    private interface Check {
        void run() throws CertificateException;
    }

    private static void run(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException refused) {
            for (X509Certificate certificate : chain) {
                if (!Validity.isNow(certificate)) {
                    throw (CertificateException) new CertificateExpiredException(
                            Validity.text(certificate)).initCause(refused);
                }
            }
            throw refused;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        run(chain, () -> provider.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        run(chain, () -> provider.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        run(chain, () -> provider.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        run(chain, () -> provider.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        run(chain, () -> provider.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        run(chain, () -> provider.checkClientTrusted(chain, authType));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return provider.getAcceptedIssuers();
    }
}
