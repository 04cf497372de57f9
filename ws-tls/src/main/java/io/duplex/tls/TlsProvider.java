package io.duplex.tls;

import java.security.Provider;
import java.security.Security;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/** Whose implementation of TLS does the work. Both run in the same layer; docs/tls.md says what differs. */
public enum TlsProvider {
    /** The JDK's own. */
    JDK {
        @Override
        Provider provider() {
            Provider sunJsse = Security.getProvider("SunJSSE");
            if (sunJsse == null) {
                throw new IllegalStateException(
                        "expected the JDK's TLS provider SunJSSE, but this JDK has none; use TlsProvider.BC");
            }
            return sunJsse;
        }
    },
    /** Bouncy Castle's BCJSSE, on the platform's cryptography. */
    BC {
        @Override
        Provider provider() {
            return BouncyCastle.JSSE;
        }
    };

    /** Loaded only when it is asked for. */
    private static final class BouncyCastle {
        /** Not registered with the JDK, and on its ciphers. */
        static final Provider JSSE = new BouncyCastleJsseProvider(false, new PlatformCrypto());
    }

    abstract Provider provider();
}
