package io.duplex.tls.service;

import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.SecureLayers;
import io.duplex.transport.SecureLayersProvider;
import java.io.IOException;

/** {@link TlsConfig#DEFAULT}, for clients that were given nothing else. */
public final class PlatformTls implements SecureLayersProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PlatformTls() {}

    @Override
    public SecureLayers trustingThePlatform() throws IOException {
        return Tls.of(TlsConfig.DEFAULT);
    }
}
