package io.duplex.tls;

import io.duplex.transport.nio.NioTransport;

/** The transport contract on nio, with servers on JDK and clients on BC. */
class NioJdkBcContractTest extends SecureContract {
    NioJdkBcContractTest() {
        super(new NioTransport(), TlsProvider.JDK, TlsProvider.BC);
    }
}
