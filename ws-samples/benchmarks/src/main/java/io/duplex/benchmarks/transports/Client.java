package io.duplex.benchmarks.transports;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opening and closing of one connection by blocking calls. It holds no buffer, so that thousands may be idle.
 */
final class Client implements AutoCloseable {
    private static final int LARGEST_HEAD_BYTES = 4096;

    private final SocketChannel socket;
    private final Optional<TlsChannel> tls;
    private final ByteChannel channel;
    private final Wire wire;

    private Client(SocketChannel socket, Optional<TlsChannel> tls, Wire wire) {
        this.socket = socket;
        this.tls = tls;
        this.channel = tls.isPresent() ? tls.get() : socket;
        this.wire = wire;
    }

    /** Connects, and sends the first bytes of TLS or HTTP; {@link #goOn} is next. */
    static Client begin(Dialer dialer) throws IOException {
        SocketChannel socket = SocketChannel.open(dialer.server());
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Optional<TlsChannel> tls = Optional.empty();
        if (dialer.tls().isPresent()) {
            tls = Optional.of(dialer.tls().get().on(socket));
            tls.get().beginHandshake();
        }
        Client client = new Client(socket, tls, dialer.wire());
        if (tls.isEmpty()) {
            client.ask();
        }
        return client;
    }

    /** Completes the TLS handshake, if any, and sends the opening handshake; {@link #awaitOpen} is next. */
    void goOn() throws IOException {
        if (tls.isPresent()) {
            tls.get().finishHandshake();
            ask();
        }
    }

    private void ask() throws IOException {
        channel.write(ByteBuffer.wrap(wire.handshake()));
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

    /** Sends one message and reads its echo. */
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

    /** Sends the Close frame and what ends TLS; {@link #awaitEnd} is next. */
    void beginEnd() throws IOException {
        channel.write(ByteBuffer.wrap(wire.goodbye()));
        if (!wire.serverClosesFirst()) {
            socket.shutdownOutput();
        }
    }

    /** Reads to the server's FIN, and closes. */
    void awaitEnd() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(LARGEST_HEAD_BYTES);
        while (channel.read(last) >= 0) {
            // Discarded.
        }
        byte[] heard = Arrays.copyOf(last.array(), last.position());
        if (!Arrays.equals(heard, wire.farewell())) {
            throw new IOException("a wrong farewell: " + Arrays.toString(heard));
        }
        channel.close();
    }

    /** Returns the channel, for reading and writing messages. */
    ByteChannel channel() {
        return channel;
    }

    /** Returns the socket, for a selector. */
    SocketChannel socket() {
        return socket;
    }

    /** Resets the connection, so that the kernel keeps no state of it. */
    @Override
    public void close() throws IOException {
        if (socket.isOpen()) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        }
    }
}
