package io.duplex.benchmarks.transports;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One connection's opening and closing, by blocking calls. It holds no buffer: thousands of them may lie idle. */
final class Client implements AutoCloseable {
    private static final int LARGEST_HEAD_BYTES = 4096;

    private final SocketChannel channel;
    private final Wire wire;

    private Client(SocketChannel channel, Wire wire) {
        this.channel = channel;
        this.wire = wire;
    }

    /** Connects, and says the first words; {@link #awaitOpen} is next. */
    static Client begin(Wire wire, InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.write(ByteBuffer.wrap(wire.handshake()));
        return new Client(channel, wire);
    }

    /** An open connection. */
    static Client open(Wire wire, InetSocketAddress server) throws IOException {
        Client client = begin(wire, server);
        client.awaitOpen();
        return client;
    }

    /** Reads the answer to the opening handshake. */
    void awaitOpen() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LARGEST_HEAD_BYTES);
        while (!endsWithEmptyLine(head)) {
            if (channel.read(head) < 0) {
                throw new EOFException("no answer to the handshake");
            }
        }
        if (wire.serverClosesFirst()
                && !new String(head.array(), 0, 12, java.nio.charset.StandardCharsets.US_ASCII)
                        .equals("HTTP/1.1 101")) {
            throw new IOException("the server has refused the handshake");
        }
    }

    private static boolean endsWithEmptyLine(ByteBuffer head) {
        int end = head.position();
        return end >= 4 && head.getInt(end - 4) == 0x0D0A0D0A;
    }

    /** One message there and back. */
    void echoOnce() throws IOException {
        channel.write(wire.requests().limit(wire.requestBytes()));
        ByteBuffer reply = ByteBuffer.allocate(wire.replyBytes());
        while (reply.hasRemaining()) {
            if (channel.read(reply) < 0) {
                throw new EOFException("no echo");
            }
        }
        if (!reply.flip().equals(wire.replies().limit(wire.replyBytes()))) {
            throw new IOException("a wrong echo");
        }
    }

    /** Says the last words; {@link #awaitEnd} is next. */
    void beginEnd() throws IOException {
        channel.write(ByteBuffer.wrap(wire.goodbye()));
        if (!wire.serverClosesFirst()) {
            channel.shutdownOutput();
        }
    }

    /** Reads to the server's FIN, and closes. */
    void awaitEnd() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(LARGEST_HEAD_BYTES);
        while (channel.read(last) >= 0) {
            // All that is left.
        }
        byte[] heard = Arrays.copyOf(last.array(), last.position());
        if (!Arrays.equals(heard, wire.farewell())) {
            throw new IOException("a wrong farewell: " + Arrays.toString(heard));
        }
        channel.close();
    }

    /** The connection, for one who reads and writes messages on it. */
    SocketChannel channel() {
        return channel;
    }

    /** Resets it: the kernel keeps no trace of it. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }
    }
}
