package io.duplex.benchmarks.transports;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Helidon with a virtual thread for each connection. Its messages are sent in the parts that arrive. */
final class HelidonEcho implements EchoServer {
    private final WebServer server;

    HelidonEcho() {
        server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .backlog(RawSelectorEcho.BACKLOG)
                .addProtocol(WsConfig.builder()
                        .maxFrameLength((int) Contestant.LONGEST_MESSAGE_BYTES)
                        .build())
                .addRouting(WsRouting.builder()
                        .endpoint(Wire.ECHO, new Echo())
                        .endpoint(Wire.BROADCAST, new FanOut()))
                .build()
                .start();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static final class Echo implements WsListener {
        @Override
        public void onMessage(WsSession session, BufferData payload, boolean last) {
            session.send(payload, last);
        }

        @Override
        public void onPing(WsSession session, BufferData payload) {
            session.pong(payload);
        }
    }

    private static final class FanOut implements WsListener {
        private final Set<WsSession> members = ConcurrentHashMap.newKeySet();

        @Override
        public void onOpen(WsSession session) {
            members.add(session);
        }

        @Override
        public void onMessage(WsSession session, BufferData payload, boolean last) {
            byte[] bytes = payload.readBytes();
            members.forEach(member -> member.send(BufferData.create(bytes), last));
        }

        @Override
        public void onPing(WsSession session, BufferData payload) {
            session.pong(payload);
        }

        @Override
        public void onClose(WsSession session, int status, String reason) {
            members.remove(session);
        }

        @Override
        public void onError(WsSession session, Throwable cause) {
            members.remove(session);
        }
    }
}
