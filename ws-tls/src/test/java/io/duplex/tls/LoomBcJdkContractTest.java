package io.duplex.tls;

import io.duplex.transport.loom.LoomTransport;
import org.junit.jupiter.api.Tag;

/** The transport contract on loom, with servers on BC and clients on JDK; when it is asked for. */
@Tag("crosswise")
class LoomBcJdkContractTest extends SecureContract {
    LoomBcJdkContractTest() {
        super(new LoomTransport(), TlsProvider.BC, TlsProvider.JDK);
    }
}
