package io.duplex.tls;

import java.security.AlgorithmParameters;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.util.Locale;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * Makes Bouncy Castle's TLS use the platform's cryptography, because the JDK's AES-GCM is several times
 * faster. Only RSA-PSS, which the JDK has under another name, stays Bouncy Castle's; without it, TLS 1.3
 * would have no RSA certificates.
 */
final class PlatformCrypto extends JcaTlsCryptoProvider {
    /** Not registered with the JDK. */
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private static final JcaJceHelper HELPER = new DefaultJcaJceHelper() {
        @Override
        public Signature createSignature(String algorithm) throws NoSuchAlgorithmException {
            return isPss(algorithm)
                    ? Signature.getInstance(algorithm, BOUNCY_CASTLE)
                    : super.createSignature(algorithm);
        }

        @Override
        public AlgorithmParameters createAlgorithmParameters(String algorithm)
                throws NoSuchAlgorithmException {
            return isPss(algorithm)
                    ? AlgorithmParameters.getInstance(algorithm, BOUNCY_CASTLE)
                    : super.createAlgorithmParameters(algorithm);
        }
    };

    private static boolean isPss(String algorithm) {
        return algorithm.toUpperCase(Locale.ROOT).endsWith("WITHRSAANDMGF1");
    }

    @Override
    public JcaJceHelper getHelper() {
        return HELPER;
    }
}
