package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Security;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Netty's WebSocket handlers, set up as in Netty's own examples: write each frame, flush after the read. */
final class NettyEcho implements EchoServer {
    /** The ways to wait for sockets. */
    enum Poller {
        NIO, EPOLL, IO_URING;

        /** Returns true if the kernel and the architecture have it. */
        boolean isAvailable() {
            return switch (this) {
                case NIO -> true;
                case EPOLL -> Epoll.isAvailable();
                case IO_URING -> IoUring.isAvailable();
            };
        }

        private IoHandlerFactory handlers() {
            return switch (this) {
                case NIO -> NioIoHandler.newFactory();
                case EPOLL -> EpollIoHandler.newFactory();
                case IO_URING -> IoUringIoHandler.newFactory();
            };
        }

        private Class<? extends ServerChannel> channel() {
            return switch (this) {
                case NIO -> NioServerSocketChannel.class;
                case EPOLL -> EpollServerSocketChannel.class;
                case IO_URING -> IoUringServerSocketChannel.class;
            };
        }
    }

    private static final int LARGEST_REQUEST_BYTES = 65_536;

    private final EventLoopGroup loops;
    private final Channel listening;

    NettyEcho(Poller poller, int count, Security security) throws IOException {
        loops = new MultiThreadIoEventLoopGroup(count, poller.handlers());
        listening = new ServerBootstrap().group(loops)
                .channel(poller.channel())
                .option(ChannelOption.SO_BACKLOG, RawSelectorEcho.BACKLOG)
                .childHandler(new Pipeline(security))
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Pipeline extends ChannelInitializer<Channel> {
        private final ChannelGroup members = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        private final SSLContext tls;

        Pipeline(Security security) throws IOException {
            tls = security == Security.CLEAR ? null : ServerKey.context();
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                SSLEngine engine = tls.createSSLEngine();
                engine.setUseClientMode(false);
                channel.pipeline().addLast(new SslHandler(engine));
            }
            channel.pipeline()
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(LARGEST_REQUEST_BYTES))
                    .addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                            .websocketPath("/")
                            .checkStartsWith(true)
                            .maxFramePayloadLength((int) Contestant.LONGEST_MESSAGE_BYTES)
                            .build()))
                    .addLast(new Peer(members));
        }
    }

    /** One connection. */
    private static final class Peer extends ChannelInboundHandlerAdapter {
        private final ChannelGroup members;
        private boolean broadcasts;

        Peer(ChannelGroup members) {
            this.members = members;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof HandshakeComplete handshake
                    && handshake.requestUri().equals(Wire.BROADCAST)) {
                broadcasts = true;
                // The group forgets channels that close.
                members.add(context.channel());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (broadcasts) {
                members.writeAndFlush(message);
            } else if (message instanceof WebSocketFrame) {
                context.write(message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                cause.printStackTrace();
            }
            // The load generator resets its connections at the end.
            context.close();
        }
    }
}
