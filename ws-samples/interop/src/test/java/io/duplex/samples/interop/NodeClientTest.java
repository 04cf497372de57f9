package io.duplex.samples.interop;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The client of Node's {@code ws} against a Duplex server. */
@ExtendWith(NodePeer.class)
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndKept")
class NodeClientTest extends ClientContract implements Fragments {
    @Override
    ForeignClient newClient() {
        return new NodeClient(setting.compression());
    }

    @Override
    public ForeignClient.Connection connectForFragments() throws Exception {
        return connect();
    }
}
