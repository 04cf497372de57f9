package io.duplex.tls;

import io.duplex.transport.bio.BioTransport;
import org.junit.jupiter.api.Tag;

/** The transport contract on bio, with servers on JDK and clients on BC; when it is asked for. */
@Tag("crosswise")
class BioJdkBcContractTest extends SecureContract {
    BioJdkBcContractTest() {
        super(new BioTransport(), TlsProvider.JDK, TlsProvider.BC);
    }
}
