package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Security;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xnio.Options;

/** Undertow's own WebSocket handlers, on its I/O threads. */
final class UndertowEcho implements EchoServer {
    private final Undertow server;

    UndertowEcho(int loops, Security security) throws IOException {
        Set<WebSocketChannel> members = ConcurrentHashMap.newKeySet();
        Undertow.Builder builder = Undertow.builder()
                .setIoThreads(loops)
                .setSocketOption(Options.BACKLOG, RawSelectorEcho.BACKLOG)
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, 0)
                .setHandler(Handlers.path()
                        .addExactPath(Wire.ECHO, Handlers.websocket((exchange, channel) -> {
                            channel.getReceiveSetter().set(new Echo());
                            channel.resumeReceives();
                        }))
                        .addExactPath(Wire.BROADCAST, Handlers.websocket((exchange, channel) -> {
                            members.add(channel);
                            channel.addCloseTask(members::remove);
                            channel.getReceiveSetter().set(new FanOut(members));
                            channel.resumeReceives();
                        })));
        server = (security == Security.CLEAR
                ? builder.addHttpListener(0, "127.0.0.1")
                : builder.addHttpsListener(0, "127.0.0.1", ServerKey.context())).build();
        server.start();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static final class Echo extends AbstractReceiveListener {
        @Override
        protected long getMaxBinaryBufferSize() {
            return Contestant.LONGEST_MESSAGE_BYTES;
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            var payload = message.getData();
            WebSockets.sendBinary(payload.getResource(), channel, new WebSocketCallback<Void>() {
                @Override
                public void complete(WebSocketChannel sender, Void unused) {
                    payload.free();
                }

                @Override
                public void onError(WebSocketChannel sender, Void unused, Throwable cause) {
                    payload.free();
                }
            });
        }
    }

    private static final class FanOut extends AbstractReceiveListener {
        private final Set<WebSocketChannel> members;

        FanOut(Set<WebSocketChannel> members) {
            this.members = members;
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            var payload = message.getData();
            ByteBuffer copy = WebSockets.mergeBuffers(payload.getResource());
            payload.free();
            members.forEach(member -> WebSockets.sendBinary(copy.slice(), member, null));
        }
    }
}
