package io.duplex.samples.interop;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A client of Netty against a Duplex server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndKept")
class NettyClientTest extends ClientContract implements Fragments {
    @Override
    ForeignClient newClient() {
        return new NettyClient(setting.compression());
    }

    @Override
    public ForeignClient.Connection connectForFragments() throws Exception {
        return connect();
    }
}
