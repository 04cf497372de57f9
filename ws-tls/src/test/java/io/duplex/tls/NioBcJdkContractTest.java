package io.duplex.tls;

import io.duplex.transport.nio.NioTransport;

/** The transport contract on nio, with servers on BC and clients on JDK. */
class NioBcJdkContractTest extends SecureContract {
    NioBcJdkContractTest() {
        super(new NioTransport(), TlsProvider.BC, TlsProvider.JDK);
    }
}
