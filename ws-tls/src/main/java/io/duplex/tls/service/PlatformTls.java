package io.duplex.tls.service;

import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.SecureLayers;
import io.duplex.transport.SecureLayersProvider;
import java.io.IOException;

/** Provides {@link TlsConfig#DEFAULT} to clients without TLS options of their own. */
public final class PlatformTls implements SecureLayersProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PlatformTls() {}

    @Override
    public SecureLayers trustingThePlatform() throws IOException {
        return Tls.of(TlsConfig.DEFAULT);
    }
}
