package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The budget of all servers: selector loops that write back all bytes from the buffer into which they were
 * read. Connections whose first bytes ask for {@link Wire#BROADCAST} get the bytes of all of them. The
 * client's Close frame is returned, and then the server closes. The first loop accepts connections.
 */
final class RawSelectorEcho implements EchoServer {
    /** The same for all servers, so that a storm of connections never waits for a retry of the kernel. */
    static final int BACKLOG = 4096;

    private static final int BUFFER_BYTES = 256 << 10;
    /** The first bytes of a handshake for broadcasts, as a number. */
    private static final long JOIN =
            ByteBuffer.wrap(("GET " + Wire.BROADCAST).getBytes(StandardCharsets.US_ASCII)).getLong();
    /** The attachment of a connection that gets broadcasts. */
    private static final Object MEMBER = new Object();

    private final ServerSocketChannel listening;
    private final List<Loop> loops = new ArrayList<>();
    private final List<SocketChannel> members = new CopyOnWriteArrayList<>();
    private int accepted;

    RawSelectorEcho(int count) throws IOException {
        listening = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listening.configureBlocking(false);
        for (int i = 0; i < count; i++) {
            loops.add(new Loop());
        }
        listening.register(loops.getFirst().selector, SelectionKey.OP_ACCEPT);
        loops.forEach(loop -> Thread.ofPlatform().name("raw-loop").daemon().start(loop::run));
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

    private final class Loop {
        private final Selector selector = Selector.open();
        private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
        private final Queue<SocketChannel> handedOver = new ConcurrentLinkedQueue<>();
        private final Consumer<SelectionKey> ready = this::ready;

        Loop() throws IOException {
            // Sets the fields only.
        }

        void run() {
            try {
                while (selector.isOpen()) {
                    selector.select(ready);
                    for (SocketChannel next = handedOver.poll(); next != null; next = handedOver.poll()) {
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
            try {
                if (key.channel() == listening) {
                    accept();
                } else if (key.attachment() instanceof ByteBuffer rest) {
                    writeRest(key, rest);
                } else {
                    read(key, (SocketChannel) key.channel());
                }
            } catch (IOException e) {
                close(key);
            }
        }

        private void accept() throws IOException {
            for (SocketChannel next = listening.accept(); next != null; next = listening.accept()) {
                next.configureBlocking(false);
                next.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Loop loop = loops.get(accepted++ % loops.size());
                if (loop == this) {
                    next.register(selector, SelectionKey.OP_READ);
                } else {
                    loop.handedOver.add(next);
                    loop.selector.wakeup();
                }
            }
        }

        private void read(SelectionKey key, SocketChannel channel) throws IOException {
            ByteBuffer buffer = buffers.isEmpty() ? ByteBuffer.allocateDirect(BUFFER_BYTES) : buffers.pop();
            int count = channel.read(buffer.clear());
            boolean over = count < 0;
            if (!over) {
                over = count == Long.BYTES && buffer.getLong(0) == Wire.GOODBYE;
                if (key.attachment() == MEMBER && !over) {
                    toMembers(buffer.flip());
                } else if (!write(key, channel, buffer.flip())) {
                    return;
                }
            }
            if (over) {
                close(key);
            }
            buffers.push(buffer);
        }

        /** Returns false if the buffer waits for room in the socket. */
        private boolean write(SelectionKey key, SocketChannel channel, ByteBuffer buffer) throws IOException {
            if (buffer.remaining() >= Long.BYTES && buffer.getLong(0) == JOIN) {
                members.add(channel);
                key.attach(MEMBER);
            }
            channel.write(buffer);
            if (buffer.hasRemaining()) {
                key.attach(buffer);
                key.interestOps(SelectionKey.OP_WRITE);
                return false;
            }
            return true;
        }

        private void toMembers(ByteBuffer message) throws IOException {
            for (SocketChannel member : members) {
                member.write(message.rewind());
                if (message.hasRemaining()) {
                    throw new IOException("a member does not read");
                }
            }
        }

        private void writeRest(SelectionKey key, ByteBuffer rest) throws IOException {
            ((SocketChannel) key.channel()).write(rest);
            if (!rest.hasRemaining()) {
                buffers.push(rest);
                key.attach(null);
                key.interestOps(SelectionKey.OP_READ);
            }
        }

        private void close(SelectionKey key) {
            if (key.attachment() == MEMBER) {
                members.remove((SocketChannel) key.channel());
            }
            try {
                key.channel().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
