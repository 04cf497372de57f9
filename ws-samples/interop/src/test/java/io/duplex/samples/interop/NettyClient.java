package io.duplex.samples.interop;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import io.netty.handler.ssl.SslHandler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** A client out of Netty's handlers. */
final class NettyClient implements ForeignClient {
    private static final int MAX_MESSAGE_BYTES = 2 << 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Compression compression;

    NettyClient(Compression compression) {
        this.compression = compression;
    }

    @Override
    public Connection connect(URI uri, List<String> subprotocols) throws Exception {
        WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(uri,
                WebSocketVersion.V13, subprotocols.isEmpty() ? null : String.join(",", subprotocols), true,
                new DefaultHttpHeaders(), MAX_MESSAGE_BYTES);
        Receiver receiver = new Receiver();
        Channel channel = new Bootstrap().group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        fill(made, uri, handshaker, receiver);
                    }
                })
                .connect(uri.getHost(), uri.getPort())
                .sync()
                .channel();
        try {
            receiver.opened.get(15, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof WebSocketClientHandshakeException refused
                    && refused.response() != null ? new Refused(refused.response().status().code()) : e;
        }
        return new NettyConnection(channel, handshaker, receiver.events);
    }

    private void fill(Channel channel, URI uri, WebSocketClientHandshaker handshaker, Receiver receiver) {
        if (uri.getScheme().equals("wss")) {
            SSLEngine engine = TestCertificate.context().createSSLEngine(uri.getHost(), uri.getPort());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            channel.pipeline().addLast(new SslHandler(engine));
        }
        channel.pipeline().addLast(new HttpClientCodec()).addLast(new HttpObjectAggregator(8192));
        if (compression != Compression.OFF) {
            channel.pipeline().addLast(new WebSocketClientCompressionHandler(0));
        }
        channel.pipeline()
                .addLast(new WebSocketClientProtocolHandler(handshaker, false, false))
                .addLast(new WebSocketFrameAggregator(MAX_MESSAGE_BYTES))
                .addLast(receiver);
    }

    @Override
    public void shutDown() throws InterruptedException {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private static final class Receiver extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final Events<Event> events = new Events<>();
        private final CompletableFuture<Void> opened = new CompletableFuture<>();

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                opened.complete(null);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            switch (frame) {
                case TextWebSocketFrame text -> events.add(new Event.Text(text.text()));
                case BinaryWebSocketFrame binary -> {
                    byte[] copy = new byte[binary.content().readableBytes()];
                    binary.content().readBytes(copy);
                    events.add(new Event.Binary(copy));
                }
                case PongWebSocketFrame pong ->
                    events.add(new Event.Pong(pong.content().toString(StandardCharsets.UTF_8)));
                case CloseWebSocketFrame close -> {
                    events.add(new Event.Closed(close.statusCode(), close.reasonText()));
                    // Its answer, if we were not first; the server closes TCP.
                    context.writeAndFlush(close.retain());
                }
                default -> throw new IllegalStateException(frame.toString());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            opened.completeExceptionally(cause);
            events.add(new Event.Failed(cause));
            context.close();
        }
    }

    private static final class NettyConnection implements Fragmenting, Pinging {
        private final Channel channel;
        private final WebSocketClientHandshaker handshaker;
        private final Events<Event> events;
        private boolean within;

        NettyConnection(Channel channel, WebSocketClientHandshaker handshaker, Events<Event> events) {
            this.channel = channel;
            this.handshaker = handshaker;
            this.events = events;
        }

        @Override
        public Events<Event> events() {
            return events;
        }

        @Override
        public String subprotocol() {
            String chosen = handshaker.actualSubprotocol();
            return chosen == null ? "" : chosen;
        }

        @Override
        public void send(String text) {
            channel.writeAndFlush(new TextWebSocketFrame(text));
        }

        @Override
        public void send(byte[] bytes) {
            channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        }

        @Override
        public void sendPart(boolean text, byte[] part, boolean last) {
            var payload = Unpooled.wrappedBuffer(part);
            if (within) {
                channel.writeAndFlush(new ContinuationWebSocketFrame(last, 0, payload));
            } else {
                channel.writeAndFlush(text
                        ? new TextWebSocketFrame(last, 0, payload)
                        : new BinaryWebSocketFrame(last, 0, payload));
            }
            within = !last;
        }

        @Override
        public void ping(String payload) {
            channel.writeAndFlush(
                    new PingWebSocketFrame(Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8)));
        }

        @Override
        public void close(int code, String reason) {
            channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
        }
    }
}
