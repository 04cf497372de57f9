package io.duplex.benchmarks.transports;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Opening and closing of one connection by blocking calls. It holds no buffer, so that thousands may be idle.
 */
final class Client implements AutoCloseable {
    private static final ByteBuffer SWITCHING =
            ByteBuffer.wrap("HTTP/1.1 101".getBytes(StandardCharsets.US_ASCII));
    private static final byte[] PING = { (byte) 0x89, (byte) 0x80, 0, 0, 0, 0 };
    private static final byte[] PONG = { (byte) 0x8A, 0 };

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
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.INET);
        socket.connect(dialer.server());
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
        channel.write(wire.handshake());
    }

    /** Reads the answer to the opening handshake. */
    void awaitOpen() throws IOException {
        ByteBuffer head = wire.scratch();
        while (!endsWithEmptyLine(head)) {
            if (channel.read(head) < 0) {
                throw new EOFException("no answer to the handshake");
            }
        }
        if (!wire.isRaw() && !head.slice(0, SWITCHING.limit()).equals(SWITCHING)) {
            throw new IOException("the server has refused the handshake");
        }
    }

    /**
     * Waits until the server has processed the opening, not only answered it. A bare echo answers when it has
     * done so.
     */
    void awaitReady() throws IOException {
        if (!wire.isRaw()) {
            channel.write(ByteBuffer.wrap(PING));
            expect(ByteBuffer.wrap(PONG));
        }
    }

    private static boolean endsWithEmptyLine(ByteBuffer head) {
        int end = head.position();
        return end >= 4 && head.getInt(end - 4) == 0x0D0A0D0A;
    }

    /** Sends one message and reads its echo. */
    void echoOnce() throws IOException {
        ByteBuffer request = wire.requests().limit(wire.requestBytes());
        while (request.hasRemaining()) {
            channel.write(request);
        }
        expect(wire.replies().limit(wire.replyBytes()));
    }

    private void expect(ByteBuffer bytes) throws IOException {
        ByteBuffer reply = ByteBuffer.allocate(bytes.remaining());
        while (reply.hasRemaining()) {
            if (channel.read(reply) < 0) {
                throw new EOFException("no reply");
            }
        }
        if (!reply.flip().equals(bytes)) {
            throw new IOException("a wrong reply");
        }
    }

    /** Sends the Close frame; {@link #awaitEnd} is next. */
    void beginEnd() throws IOException {
        channel.write(wire.goodbye());
    }

    /** Reads to the server's FIN, and closes. */
    void awaitEnd() throws IOException {
        ByteBuffer last = wire.scratch();
        while (channel.read(last) >= 0) {
            // Kept for the comparison.
        }
        if (!isFarewell(last.flip())) {
            throw new IOException("a wrong farewell of " + last.limit() + " bytes");
        }
        channel.close();
    }

    /** A WebSocket server may add a reason to the status. */
    private boolean isFarewell(ByteBuffer last) {
        ByteBuffer expected = wire.farewell();
        if (wire.isRaw() || last.limit() <= expected.limit()) {
            return last.equals(expected);
        }
        return last.get(0) == expected.get(0) && last.get(1) == last.limit() - 2
                && last.getShort(2) == expected.getShort(2);
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
