package io.duplex.samples.interop;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A Duplex client against the server of Node's {@code ws}. */
@ExtendWith(NodePeer.class)
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndKept")
class NodeServerTest extends ServerContract {
    @Override
    ForeignServer newServer() {
        return new NodeServer(setting);
    }
}
