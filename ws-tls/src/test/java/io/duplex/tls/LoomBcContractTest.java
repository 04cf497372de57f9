package io.duplex.tls;

import io.duplex.transport.loom.LoomTransport;

/** The transport contract on loom, with TLS of the provider BC at both ends. */
class LoomBcContractTest extends SecureContract {
    LoomBcContractTest() {
        super(new LoomTransport(), TlsProvider.BC);
    }
}
