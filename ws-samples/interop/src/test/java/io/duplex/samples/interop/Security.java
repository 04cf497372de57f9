package io.duplex.samples.interop;

import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.tls.TlsProvider;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Duplex in clear, or with TLS of one of the providers. */
enum Security {
    CLEAR(Optional.empty()), JDK(Optional.of(TlsProvider.JDK)), BC(Optional.of(TlsProvider.BC));

    /**
     * The logger of Bouncy Castle, whose messages are of no use here. Held, or else the garbage collector may
     * take it with its level.
     */
    private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");
    /** The logger of ws-tls, which reports hundreds of times that a certificate is self-signed. */
    private static final Logger TLS = Logger.getLogger("io.duplex.tls");

    private final Optional<TlsProvider> provider;

    static {
        BOUNCY_CASTLE.setLevel(Level.SEVERE);
        TLS.setLevel(Level.WARNING);
    }

    Security(Optional<TlsProvider> provider) {
        this.provider = provider;
    }

    boolean isSecure() {
        return provider.isPresent();
    }

    /** For a server and a client alike; empty in clear. */
    Optional<Tls> tls() {
        return provider.map(chosen -> {
            try {
                return Tls.of(TlsConfig.builder()
                        .provider(chosen)
                        .certificate(TestCertificate.chain(), TestCertificate.key())
                        .trust(TestCertificate.x509())
                        .build());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
