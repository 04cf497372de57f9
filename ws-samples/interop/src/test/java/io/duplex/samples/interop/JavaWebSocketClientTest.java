package io.duplex.samples.interop;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Java-WebSocket's client against a Duplex server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndFresh")
class JavaWebSocketClientTest extends ClientContract implements Fragments {
    @Override
    ForeignClient newClient() {
        return new JavaWebSocketClient(setting.compression());
    }

    @Override
    public ForeignClient.Connection connectForFragments() throws Exception {
        return connect();
    }
}
