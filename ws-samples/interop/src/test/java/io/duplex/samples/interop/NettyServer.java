package io.duplex.samples.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A server out of Netty's handlers. */
final class NettyServer implements ForeignServer {
    private static final int MAX_MESSAGE_BYTES = 2 << 20;

    private final Events<Event> events = new Events<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final boolean secure;
    private final boolean compresses;
    private final Channel listening;

    NettyServer(Setting setting) throws InterruptedException {
        secure = setting.security().isSecure();
        compresses = setting.compression() != Compression.OFF;
        listening = new ServerBootstrap().group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Pipeline())
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    @Override
    public URI uri(String path) {
        int port = ((InetSocketAddress) listening.localAddress()).getPort();
        return URI.create((secure ? "wss" : "ws") + "://127.0.0.1:" + port + path);
    }

    @Override
    public Events<Event> events() {
        return events;
    }

    @Override
    public void shutDown() throws InterruptedException {
        listening.close().sync();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    /** The handlers of one connection. Which endpoint it is turns out with its request. */
    private final class Pipeline extends ChannelInitializer<Channel> {
        private final SSLContext context = TestCertificate.context();

        @Override
        protected void initChannel(Channel channel) {
            if (secure) {
                SSLEngine engine = context.createSSLEngine();
                engine.setUseClientMode(false);
                channel.pipeline().addLast(new io.netty.handler.ssl.SslHandler(engine));
            }
            channel.pipeline()
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(8192))
                    .addLast(new Refusals());
            if (compresses) {
                channel.pipeline().addLast(new WebSocketServerCompressionHandler(0));
            }
            channel.pipeline()
                    .addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                            .websocketPath("/")
                            .checkStartsWith(true)
                            .subprotocols(SUBPROTOCOL)
                            .allowExtensions(true)
                            .dropPongFrames(false)
                            .handleCloseFrames(false)
                            .maxFramePayloadLength(MAX_MESSAGE_BYTES)
                            .build()))
                    .addLast(new WebSocketFrameAggregator(MAX_MESSAGE_BYTES))
                    .addLast(new Peer());
        }
    }

    /** Answers requests for other paths. */
    private static final class Refusals extends SimpleChannelInboundHandler<FullHttpRequest> {
        Refusals() {
            super(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            context.channel().attr(Peer.PATH).set(request.uri());
            if (!request.uri().equals(MISSING)) {
                context.fireChannelRead(request);
                return;
            }
            request.release();
            ByteBuf body = Unpooled.copiedBuffer("Nothing is here.\n", StandardCharsets.US_ASCII);
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.NOT_FOUND, body);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** One connection. */
    private final class Peer extends SimpleChannelInboundHandler<WebSocketFrame> {
        static final io.netty.util.AttributeKey<String> PATH = io.netty.util.AttributeKey.valueOf("path");

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            switch (frame) {
                case TextWebSocketFrame text -> take(context, text.text());
                case BinaryWebSocketFrame binary -> context.writeAndFlush(binary.retain());
                case PongWebSocketFrame pong ->
                    events.add(new Event.Pong(pong.content().toString(StandardCharsets.UTF_8)));
                case CloseWebSocketFrame close -> {
                    events.add(new Event.Closed(close.statusCode(), close.reasonText()));
                    context.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
                }
                default -> throw new IllegalStateException(frame.toString());
            }
        }

        private void take(ChannelHandlerContext context, String text) {
            boolean echoes = context.channel().attr(PATH).get().equals(ECHO);
            switch (text) {
                case CLOSE_WORD ->
                    context.writeAndFlush(new CloseWebSocketFrame(CLOSE.code(), CLOSE.reason()));
                case PING_WORD -> context.writeAndFlush(new PingWebSocketFrame(
                        Unpooled.copiedBuffer(PING_PAYLOAD, StandardCharsets.UTF_8)));
                default -> {
                    if (echoes) {
                        context.writeAndFlush(new TextWebSocketFrame(text));
                    } else {
                        events.add(new Event.Text(text));
                    }
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            events.add(new Event.Failed(cause));
            context.close();
        }
    }
}
