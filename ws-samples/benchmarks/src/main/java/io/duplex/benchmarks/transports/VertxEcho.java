package io.duplex.benchmarks.transports;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Vert.x with handlers of whole messages. */
final class VertxEcho implements EchoServer {
    private final Set<ServerWebSocket> members = ConcurrentHashMap.newKeySet();
    private final Vertx vertx;
    private final HttpServer server;

    VertxEcho(int loops) {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        server = vertx
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1")
                        .setPort(0)
                        .setAcceptBacklog(RawSelectorEcho.BACKLOG)
                        .setMaxWebSocketFrameSize((int) Contestant.LONGEST_MESSAGE_BYTES)
                        .setMaxWebSocketMessageSize((int) Contestant.LONGEST_MESSAGE_BYTES))
                .webSocketHandler(this::opened);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    private void opened(ServerWebSocket socket) {
        if (!socket.path().equals(Wire.BROADCAST)) {
            socket.binaryMessageHandler(socket::writeBinaryMessage);
            return;
        }
        members.add(socket);
        socket.closeHandler(unused -> members.remove(socket));
        socket.binaryMessageHandler(
                message -> members.forEach(member -> member.writeBinaryMessage(message)));
    }

    @Override
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
