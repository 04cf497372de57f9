package io.duplex.tls.service;

import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSecurityProvider;
import java.io.IOException;

/** Provides {@link TlsConfig#DEFAULT} to clients without TLS options of their own. */
public final class PlatformTls implements TransportSecurityProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PlatformTls() {}

    @Override
    public TransportSecurity trustingThePlatform() throws IOException {
        return Tls.of(TlsConfig.DEFAULT);
    }
}
