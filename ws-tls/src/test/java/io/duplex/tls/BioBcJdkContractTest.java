package io.duplex.tls;

import io.duplex.transport.bio.BioTransport;
import org.junit.jupiter.api.Tag;

/** The transport contract on bio, with servers on BC and clients on JDK; when it is asked for. */
@Tag("crosswise")
class BioBcJdkContractTest extends SecureContract {
    BioBcJdkContractTest() {
        super(new BioTransport(), TlsProvider.BC, TlsProvider.JDK);
    }
}
