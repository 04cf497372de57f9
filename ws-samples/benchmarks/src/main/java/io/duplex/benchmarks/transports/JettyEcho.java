package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty with its pool of platform threads, or with virtual threads for the handlers. */
final class JettyEcho implements EchoServer {
    private final Server server;
    private final ServerConnector connector;

    JettyEcho(boolean virtualThreads, int loops) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        if (virtualThreads) {
            threads.setVirtualThreadsExecutor(new VirtualThreadPool());
        }
        server = new Server(threads);
        connector = new ServerConnector(server, 1, loops);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(RawSelectorEcho.BACKLOG);
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, JettyEcho::configure));
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("Jetty did not start", e);
        }
    }

    private static void configure(ServerWebSocketContainer container) {
        container.setMaxBinaryMessageSize(Contestant.LONGEST_MESSAGE_BYTES);
        container.setMaxFrameSize(Contestant.LONGEST_MESSAGE_BYTES);
        container.setIdleTimeout(Duration.ofHours(1));
        Set<Session> members = ConcurrentHashMap.newKeySet();
        container.addMapping(Wire.ECHO, (request, response, callback) -> new Echo());
        container.addMapping(Wire.BROADCAST, (request, response, callback) -> new FanOut(members));
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    /** One connection. Public, because Jetty calls it by method handles. */
    public static final class Echo implements Session.Listener.AutoDemanding {
        private Session session;

        private Echo() {}

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            session.sendBinary(payload, callback);
        }
    }

    /** One connection. Public, because Jetty calls it by method handles. */
    public static final class FanOut implements Session.Listener.AutoDemanding {
        private final Set<Session> members;
        private Session session;

        private FanOut(Set<Session> members) {
            this.members = members;
        }

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
            members.add(opened);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
            callback.succeed();
            members.forEach(member -> member.sendBinary(copy.slice(), Callback.NOOP));
        }

        @Override
        public void onWebSocketClose(int status, String reason, Callback callback) {
            members.remove(session);
            callback.succeed();
        }
    }
}
