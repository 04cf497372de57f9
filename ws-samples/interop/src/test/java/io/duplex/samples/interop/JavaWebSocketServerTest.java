package io.duplex.samples.interop;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A Duplex client against Java-WebSocket's server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndFresh")
class JavaWebSocketServerTest extends ServerContract {
    @Override
    ForeignServer newServer() throws InterruptedException {
        return new JavaWebSocketServer(setting.compression());
    }
}
