package io.duplex.samples.interop;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A Duplex client against a server of Netty. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndKept")
class NettyServerTest extends ServerContract {
    @Override
    ForeignServer newServer() throws Exception {
        return new NettyServer(setting);
    }
}
