package io.duplex.contract;

import io.duplex.ConnectionListener;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.AboveTcp;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * The whole contract. A transport extends this class and names itself; a variant, such as one with TLS, also
 * overrides the hooks that make servers, clients and their raw peers. Every part runs as a nested class; its
 * tag selects it alone ({@code -Dgroups=close}).
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class TransportContract {
    /** The beginning of the names of all threads of servers under test. */
    protected static final String SERVER_THREADS = "contract-server";
    /** The beginning of the names of all threads of clients under test. */
    protected static final String CLIENT_THREADS = "contract-client";

    /** Failures are what many tests are about; the default listener would log each. */
    private static final ConnectionListener SILENT = new ConnectionListener() {};

    /**
     * The transport under test.
     *
     * @return a transport
     */
    protected abstract Transport transport();

    /**
     * A server that is complete but for its endpoints.
     *
     * @return a new builder, with thread names that begin with {@link #SERVER_THREADS}
     */
    protected WebSocketServer.Builder server() {
        return WebSocketServer.builder()
                .transport(transport())
                .bind("127.0.0.1", 0)
                .threadName(SERVER_THREADS)
                .daemon(true)
                .listener(SILENT);
    }

    /**
     * A client.
     *
     * @return a new builder, with thread names that begin with {@link #CLIENT_THREADS}
     */
    protected WebSocketClient.Builder client() {
        return WebSocketClient.builder()
                .transport(transport())
                .threadName(CLIENT_THREADS)
                .daemon(true)
                .listener(SILENT);
    }

    /**
     * Returns the URI of a server under test for a client.
     *
     * @param server the server
     * @param path   the path
     * @return the URI
     */
    protected URI uri(WebSocketServer server, String path) {
        return server.uri(path);
    }

    /**
     * Returns the URI of a raw server for a client.
     *
     * @param server the server
     * @param path   the path
     * @return the URI
     */
    protected URI uri(RawServer server, String path) {
        return server.uri(path);
    }

    /** Returns the layer of a raw client between TCP and HTTP; TLS if the servers use it. */
    protected AboveTcp rawClientAboveTcp() {
        return AboveTcp.NOTHING;
    }

    /** The same of a raw server. */
    protected AboveTcp rawServerAboveTcp() {
        return AboveTcp.NOTHING;
    }

    /** A raw peer of a server under test, before the WebSocket handshake. */
    final RawSocket rawClient(WebSocketServer server) throws IOException {
        return rawClient(server, OptionalInt.empty());
    }

    /** As above, whose kernel takes little before it is read. */
    final RawSocket rawClient(WebSocketServer server, OptionalInt receiveBufferBytes) throws IOException {
        return RawSocket.connect(server.address(), receiveBufferBytes, rawClientAboveTcp());
    }

    /** A raw peer of clients under test, listening. */
    final RawServer rawServer() throws IOException {
        return rawServer(OptionalInt.empty());
    }

    /** As above, whose kernel takes little before it is read. */
    final RawServer rawServer(OptionalInt receiveBufferBytes) throws IOException {
        ServerSocket listening = new ServerSocket();
        if (receiveBufferBytes.isPresent()) {
            listening.setReceiveBufferSize(receiveBufferBytes.getAsInt());
        }
        return new RawServer(listening, rawServerAboveTcp());
    }

    /** Returns whether connections use TLS. */
    protected boolean secure() {
        return false;
    }

    /**
     * Returns whether handlers run on an executor, where they may block, instead of the transport's threads.
     */
    protected boolean offloaded() {
        return false;
    }

    @Nested
    @Tag("callback")
    class Callbacks extends CallbackContract {
        Callbacks() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("send")
    class Sending extends SendContract {
        Sending() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("overflow")
    class Overflowing extends OverflowContract {
        Overflowing() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("receive")
    class Receiving extends ReceiveContract {
        Receiving() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("stream")
    class Streaming extends StreamContract {
        Streaming() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("close")
    class Closing extends CloseContract {
        Closing() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("close")
    class ClosingByMode extends CloseModeContract {
        ClosingByMode() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("closeMatrix")
    class ClosingAgainAndAgain extends CloseMatrixContract {
        ClosingAgainAndAgain() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("failure")
    class Failing extends FailureContract {
        Failing() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("interrupt")
    class Interrupting extends InterruptContract {
        Interrupting() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("user")
    class UserErrors extends UserErrorContract {
        UserErrors() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("log")
    class Logging extends LogContract {
        Logging() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("timer")
    class Timing extends TimerContract {
        Timing() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("handshake")
    class Handshaking extends HandshakeContract {
        Handshaking() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("proxy")
    class Proxying extends ProxyContract {
        Proxying() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("option")
    class SettingOptions extends OptionContract {
        SettingOptions() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("fairness")
    class SharingFairly extends FairnessContract {
        SharingFairly() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("nonInterference")
    class NotInterfering extends NonInterferenceContract {
        NotInterfering() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("stress")
    class Stressing extends StressContract {
        Stressing() {
            super(TransportContract.this);
        }
    }

    @Nested
    @Tag("stop")
    class Stopping extends StopContract {
        Stopping() {
            super(TransportContract.this);
        }
    }
}
