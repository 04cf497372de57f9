package io.duplex.tls;

import io.duplex.transport.bio.BioTransport;

/** The transport contract on bio, with TLS of the provider BC at both ends. */
class BioBcContractTest extends SecureContract {
    BioBcContractTest() {
        super(new BioTransport(), TlsProvider.BC);
    }
}
