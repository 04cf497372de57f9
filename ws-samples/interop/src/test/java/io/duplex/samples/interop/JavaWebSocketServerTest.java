package io.duplex.samples.interop;

import io.duplex.transport.TcpEnd;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A Duplex client against Java-WebSocket's server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndFresh")
class JavaWebSocketServerTest extends ServerContract {
    @Override
    ForeignServer newServer() throws InterruptedException {
        return new JavaWebSocketServer(setting);
    }

    /**
     * With TLS the library closes its socket while our close_notify is under way, which the kernel answers
     * with a reset.
     */
    @Override
    Set<TcpEnd> possibleEnds() {
        return setting.security().isSecure()
                ? Set.of(TcpEnd.FIN_EXCHANGED, TcpEnd.BROKEN)
                : super.possibleEnds();
    }
}
