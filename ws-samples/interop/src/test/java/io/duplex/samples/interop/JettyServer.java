package io.duplex.samples.interop;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty 12. It compresses whenever a client offers it, and keeps its window where the client lets it. */
final class JettyServer implements ForeignServer {
    /** Refused with 401, a challenge and a body. */
    static final String LOCKED = "/locked";
    static final String LOCKED_BODY = "Who are you?\n";
    private static final long MAX_MESSAGE_BYTES = 2 << 20;

    private final Events<Event> events = new Events<>();
    private final Server server = new Server();
    private final ServerConnector connector;
    private final boolean secure;

    JettyServer(Security security) throws Exception {
        secure = security.isSecure();
        connector =
                secure ? new ServerConnector(server, 1, 1, context()) : new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        WebSocketUpgradeHandler webSockets = WebSocketUpgradeHandler.from(server, this::configure);
        webSockets.setHandler(new Refusals());
        server.setHandler(webSockets);
        server.start();
    }

    private static SslContextFactory.Server context() {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(TestCertificate.context());
        return factory;
    }

    private void configure(ServerWebSocketContainer container) {
        container.setMaxTextMessageSize(MAX_MESSAGE_BYTES);
        container.setMaxBinaryMessageSize(MAX_MESSAGE_BYTES);
        container.setMaxFrameSize(MAX_MESSAGE_BYTES);
        container.addMapping(ECHO, (request, response, callback) -> accept(request, response, true));
        container.addMapping(SINK, (request, response, callback) -> accept(request, response, false));
    }

    private Object accept(ServerUpgradeRequest request, ServerUpgradeResponse response, boolean echoes) {
        if (request.getSubProtocols().contains(SUBPROTOCOL)) {
            response.setAcceptedSubProtocol(SUBPROTOCOL);
        }
        return new Peer(echoes);
    }

    @Override
    public URI uri(String path) {
        return URI.create((secure ? "wss" : "ws") + "://127.0.0.1:" + connector.getLocalPort() + path);
    }

    @Override
    public Events<Event> events() {
        return events;
    }

    @Override
    public void shutDown() {
        LifeCycle.stop(server);
    }

    /** Answers requests for other paths. */
    private static final class Refusals extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, org.eclipse.jetty.util.Callback callback) {
            boolean locked = Request.getPathInContext(request).equals(LOCKED);
            response.setStatus(locked ? 401 : 404);
            if (locked) {
                response.getHeaders().put("WWW-Authenticate", "Basic realm=\"interop\"");
            }
            Content.Sink.write(response, true, locked ? LOCKED_BODY : "Nothing is here.\n", callback);
            return true;
        }
    }

    /** One connection. Public with public methods, as Jetty calls it by method handles. */
    public final class Peer implements Session.Listener.AutoDemanding {
        private final boolean echoes;
        private Session session;

        private Peer(boolean echoes) {
            this.echoes = echoes;
        }

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
        }

        @Override
        public void onWebSocketText(String text) {
            switch (text) {
                case CLOSE_WORD -> session.close(CLOSE.code(), CLOSE.reason(), Callback.NOOP);
                case PING_WORD ->
                    session.sendPing(StandardCharsets.UTF_8.encode(PING_PAYLOAD), Callback.NOOP);
                default -> take(text);
            }
        }

        private void take(String text) {
            if (echoes) {
                session.sendText(text, Callback.NOOP);
            } else {
                events.add(new Event.Text(text));
            }
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            session.sendBinary(payload, callback);
        }

        @Override
        public void onWebSocketPong(ByteBuffer payload) {
            events.add(new Event.Pong(StandardCharsets.UTF_8.decode(payload).toString()));
        }

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            events.add(new Event.Closed(code, reason == null ? "" : reason));
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            events.add(new Event.Failed(cause));
        }
    }
}
