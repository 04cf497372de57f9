package io.duplex.tls;

import io.duplex.transport.bio.BioTransport;

/** The transport contract on bio, with TLS of the provider JDK at both ends. */
class BioJdkContractTest extends SecureContract {
    BioJdkContractTest() {
        super(new BioTransport(), TlsProvider.JDK);
    }
}
