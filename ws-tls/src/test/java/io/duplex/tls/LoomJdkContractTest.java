package io.duplex.tls;

import io.duplex.transport.loom.LoomTransport;

/** The transport contract on loom, with TLS of the provider JDK at both ends. */
class LoomJdkContractTest extends SecureContract {
    LoomJdkContractTest() {
        super(new LoomTransport(), TlsProvider.JDK);
    }
}
