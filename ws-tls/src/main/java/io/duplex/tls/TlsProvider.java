package io.duplex.tls;

import java.security.Provider;
import java.security.Security;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/** The implementation of TLS. Both run in the same layer; docs/tls.md lists the differences. */
public enum TlsProvider {
    /** The JDK's SunJSSE. */
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

    /** Loaded on first use. */
    private static final class BouncyCastle {
        /** Not registered with the JDK; uses the JDK's ciphers. */
        static final Provider JSSE = new BouncyCastleJsseProvider(false, new PlatformCrypto());
    }

    abstract Provider provider();
}
