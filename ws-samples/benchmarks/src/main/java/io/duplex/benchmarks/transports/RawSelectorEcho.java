package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The budget of {@code nio}: selector loops, each with one buffer, that write back all bytes.
 */
final class RawSelectorEcho implements EchoServer {
    /** The same for all servers, so that a storm of connections never waits for a retry of the kernel. */
    static final int BACKLOG = 4096;

    private final ServerSocketChannel listening;
    private final List<Loop> loops = new ArrayList<>();

    RawSelectorEcho(int count) throws IOException {
        listening = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        for (int i = 0; i < count; i++) {
            loops.add(new Loop());
        }
        loops.forEach(loop -> Thread.ofPlatform().name("raw-loop").daemon().start(loop::run));
        Thread.ofPlatform().name("raw-accept").daemon().start(this::accept);
    }

    @Override
    public int port() {
        return listening.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Loop loop : loops) {
            loop.selector.close();
        }
    }

    private void accept() {
        try {
            for (int next = 0; listening.isOpen(); next++) {
                SocketChannel channel = listening.accept();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Loop loop = loops.get(next % loops.size());
                loop.accepted.add(channel);
                loop.selector.wakeup();
            }
        } catch (ClosedChannelException e) {
            // Closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Loop {
        private final Selector selector = Selector.open();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
        private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();
        private final Consumer<SelectionKey> ready = this::ready;

        Loop() throws IOException {
            // Sets the fields only.
        }

        void run() {
            try {
                while (selector.isOpen()) {
                    selector.select(ready);
                    for (SocketChannel next = accepted.poll(); next != null; next = accepted.poll()) {
                        next.register(selector, SelectionKey.OP_READ);
                    }
                }
            } catch (ClosedSelectorException e) {
                // Closed during a turn.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void ready(SelectionKey key) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (key.attachment() != null) {
                    writeRest(key, channel);
                } else if (channel.read(buffer.clear()) < 0) {
                    channel.close();
                } else {
                    write(key, channel);
                }
            } catch (IOException e) {
                key.cancel();
            }
        }

        private void write(SelectionKey key, SocketChannel channel) throws IOException {
            channel.write(buffer.flip());
            if (buffer.hasRemaining()) {
                key.attach(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
                key.interestOps(SelectionKey.OP_WRITE);
            }
        }

        private static void writeRest(SelectionKey key, SocketChannel channel) throws IOException {
            ByteBuffer rest = (ByteBuffer) key.attachment();
            channel.write(rest);
            if (!rest.hasRemaining()) {
                key.attach(null);
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }
}
