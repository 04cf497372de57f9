package io.duplex.tls;

import io.duplex.transport.nio.NioTransport;

/** The transport contract on nio, with TLS of the provider BC at both ends. */
class NioBcContractTest extends SecureContract {
    NioBcContractTest() {
        super(new NioTransport(2), TlsProvider.BC);
    }
}
