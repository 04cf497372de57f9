package io.duplex.tls;

import io.duplex.transport.nio.NioTransport;

/** The transport contract on nio, with TLS of the provider JDK at both ends. */
class NioJdkContractTest extends SecureContract {
    NioJdkContractTest() {
        super(new NioTransport(2), TlsProvider.JDK);
    }
}
