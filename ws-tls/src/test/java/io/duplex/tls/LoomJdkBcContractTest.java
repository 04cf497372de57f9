package io.duplex.tls;

import io.duplex.transport.loom.LoomTransport;
import org.junit.jupiter.api.Tag;

/** The transport contract on loom, with servers on JDK and clients on BC; when it is asked for. */
@Tag("crosswise")
class LoomJdkBcContractTest extends SecureContract {
    LoomJdkBcContractTest() {
        super(new LoomTransport(), TlsProvider.JDK, TlsProvider.BC);
    }
}
