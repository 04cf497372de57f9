package io.duplex.internal.runtime;

import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseCode;
import io.duplex.http.ResponseHead;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.connection.ClientConnection;
import io.duplex.internal.handshake.ClientHandshake;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.handshake.HandshakeRequest;
import io.duplex.internal.handshake.ResponseVerdict;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.session.CallbackExecutor;
import io.duplex.internal.session.ConnectionContext;
import io.duplex.internal.session.Session;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One requested connection, until it is open or has failed; a redirect replaces it by another one.
 */
final class PendingConnection implements ClientConnection.Opener {
    private final ClientRuntime client;
    private final ClientConfig config;
    private final ConnectRequest request;
    private final WebSocketHandler handler;
    /** Null unless the application reads in blocking style. */
    private final Inbox inbox;
    private final CompletableFuture<WebSocket> result;

    PendingConnection(ClientRuntime client, ConnectRequest request, WebSocketHandler handler,
            Inbox inbox, CompletableFuture<WebSocket> result) {
        this.client = client;
        this.config = client.config();
        this.request = request;
        this.handler = handler;
        this.inbox = inbox;
        this.result = result;
    }

    /**
     * Starts to connect, without a race if there is only one address: its connection has all deadlines
     * itself.
     */
    void start(Route route) throws IOException {
        ByteLayer layers = route.layers(request.handshake().target(), client.security(),
                client.proxySecurity(), newConnection());
        if (route.addresses().size() == 1) {
            client.connector().connect(route.addresses().getFirst(), layers);
            return;
        }
        ConnectRace race = new ConnectRace(client.connector(), route, config.routing(),
                options().timeouts().handshake(),
                layers);
        ifCancelled(race::cancel);
        race.start();
    }

    void startOver(SocketChannel channel) throws IOException {
        ByteLayer layers;
        try {
            if (request.proxies() != null) {
                throw new IllegalArgumentException(
                        "The request names a proxy, but the channel is connected already");
            }
            layers = Route.STANDING.layers(request.handshake().target(), client.security(),
                    client.proxySecurity(),
                    newConnection());
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
        client.connector().adopt(channel, layers);
    }

    private ClientConnection newConnection() throws HandshakeException {
        ClientHandshake handshake = ClientHandshake.of(request.handshake(), client.newKey());
        ClientConnection connection = new ClientConnection(handshake, options(), this);
        ifCancelled(connection::cancel);
        return connection;
    }

    private void ifCancelled(Runnable cancel) {
        result.whenComplete((opened, thrown) -> {
            if (result.isCancelled() || thrown != null && client.isClosed()) {
                cancel.run();
            }
        });
    }

    /** No application code runs in an inbox. */
    private Optional<CallbackExecutor> callbackExecutor() {
        Executor executor = request.executor() != null ? request.executor() : config.executor();
        return inbox != null || executor == null ? Optional.empty() : Optional.of(executor::execute);
    }

    private ConnectionOptions options() {
        return Objects.requireNonNullElse(request.options(), config.options())
                .withSocketOptions(config.settings().sockets());
    }

    @Override
    public Session open(ClientHandshake handshake, ResponseHead response, ResponseVerdict.Accepted accepted,
            LayerHost host) {
        ConnectionContext context = new ConnectionContext(client.nextId(), Role.CLIENT,
                HandshakeHeads.of(handshake.head(), response),
                accepted.subprotocol().orElse(null), accepted.extensions(), Map.of(), Map.of(), options(),
                client.listener(), client.traffic(), callbackExecutor().orElse(null), client.memory());
        Session session = new Session(context, host, handler, inbox);
        client.register(session.socket());
        return session;
    }

    @Override
    public void opened(Session session) {
        session.socket().afterCallbacks(() -> {
            if (!result.complete(session.socket())) {
                session.socket().close(CloseCode.GOING_AWAY, "");
            }
        });
    }

    @Override
    public void redirected(HandshakeRequest next) {
        CompletableFuture<WebSocket> there = client.connect(request.with(next), handler, inbox);
        ifCancelled(() -> there.cancel(false));
        there.whenComplete((socket, thrown) -> {
            if (thrown != null) {
                result.completeExceptionally(thrown);
            } else if (!result.complete(socket)) {
                socket.close(CloseCode.GOING_AWAY, "");
            }
        });
    }

    @Override
    public void failed(IOException cause) {
        result.completeExceptionally(cause);
    }
}
