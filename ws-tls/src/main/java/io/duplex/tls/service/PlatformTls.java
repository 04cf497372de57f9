package io.duplex.tls.service;

import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSecurityProvider;
import java.io.IOException;

/** {@link TlsConfig#DEFAULT}, for clients that were given nothing else. */
public final class PlatformTls implements TransportSecurityProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PlatformTls() {}

    @Override
    public TransportSecurity trustingThePlatform() throws IOException {
        return Tls.of(TlsConfig.DEFAULT);
    }
}
