package io.duplex.samples.servers.load;

import io.duplex.testkit.Frames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One raw client of a {@link Crowd}: a non-blocking socket, the bytes that it still has to write, the
 * beginning of the frame that has come so far. Knows frames of servers only, unmasked and whole messages.
 */
final class Peer {
    /** How far it is. */
    enum Phase {
        CONNECTING, HANDSHAKING, OPEN, ENDED, RESET
    }

    /** What a frame means to the crowd. */
    interface Listener {
        /** The phase has changed. */
        void changed(Peer peer, Phase now);

        /** A frame came. */
        void frame(Peer peer, int opcode, byte[] payload);
    }

    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Listener listener;
    private final SocketChannel channel;
    private final SelectionKey key;
    private Phase phase = Phase.CONNECTING;
    private boolean reading = true;
    private ByteBuffer unsent = ByteBuffer.allocate(0);
    private byte[] partial = new byte[0];

    /** Takes a new socket over, and begins to connect it. */
    Peer(Selector selector, SocketChannel socket, SocketAddress server, Listener listener)
            throws IOException {
        this.listener = listener;
        channel = socket;
        channel.configureBlocking(false);
        channel.connect(server);
        key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    }

    Phase phase() {
        return phase;
    }

    boolean hasSentAll() {
        return !unsent.hasRemaining();
    }

    long unsentBytes() {
        return unsent.remaining();
    }

    /** What is not written at once is written when the socket takes it. */
    void send(byte[] bytes) {
        unsent = hasSentAll()
                ? ByteBuffer.wrap(bytes)
                : ByteBuffer.wrap(Frames.join(Arrays.copyOfRange(unsent.array(), unsent.position(),
                        unsent.limit()), bytes));
        guarded(this::write);
    }

    /** Whether it takes what comes. */
    void reading(boolean value) {
        reading = value;
        settle();
    }

    void halfClose() throws IOException {
        channel.shutdownOutput();
    }

    void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    /**
     * The selector has found the socket ready. Puts what it reads through {@code buffer}, which is shared.
     */
    void ready(ByteBuffer buffer) {
        guarded(() -> {
            if (phase == Phase.CONNECTING && channel.finishConnect()) {
                become(Phase.HANDSHAKING);
            }
            if (key.isWritable()) {
                write();
            }
            if (key.isValid() && key.isReadable()) {
                read(buffer.clear());
            }
        });
    }

    private interface Action {
        void run() throws IOException;
    }

    private void guarded(Action action) {
        try {
            action.run();
            settle();
        } catch (IOException e) {
            end(Phase.RESET);
        }
    }

    private void settle() {
        if (key.isValid() && phase != Phase.CONNECTING) {
            key.interestOps(
                    (reading ? SelectionKey.OP_READ : 0) | (hasSentAll() ? 0 : SelectionKey.OP_WRITE));
        }
    }

    private void write() throws IOException {
        if (phase != Phase.CONNECTING) {
            channel.write(unsent);
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer);
        if (count < 0) {
            end(Phase.ENDED);
            return;
        }
        byte[] bytes = Frames.join(partial, Arrays.copyOf(buffer.array(), count));
        int from = phase == Phase.HANDSHAKING ? head(bytes) : 0;
        for (int next = from; next >= 0 && phase == Phase.OPEN;) {
            from = next;
            next = frame(bytes, from);
        }
        partial = Arrays.copyOfRange(bytes, from, bytes.length);
    }

    /** Returns where the frames begin, or 0 while the head is not whole. */
    private int head(byte[] bytes) throws IOException {
        for (int i = 0; i + HEAD_END.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                String status = new String(bytes, 0, 12, StandardCharsets.US_ASCII);
                if (!status.equals("HTTP/1.1 101")) {
                    throw new IOException("refused: " + status);
                }
                become(Phase.OPEN);
                return i + HEAD_END.length;
            }
        }
        return 0;
    }

    /** Returns where the next frame begins, or -1 if this one is not whole. */
    private int frame(byte[] bytes, int at) {
        if (bytes.length - at < 2) {
            return -1;
        }
        int sevenBits = bytes[at + 1] & 0x7F;
        int header = sevenBits == 126 ? 4 : sevenBits == 127 ? 10 : 2;
        if (bytes.length - at < header) {
            return -1;
        }
        long length = header == 2 ? sevenBits : 0;
        for (int i = 2; i < header; i++) {
            length = length << 8 | bytes[at + i] & 0xFF;
        }
        int end = Math.toIntExact(at + header + length);
        if (bytes.length < end) {
            return -1;
        }
        listener.frame(this, bytes[at] & 0x0F, Arrays.copyOfRange(bytes, at + header, end));
        return end;
    }

    private void become(Phase now) {
        phase = now;
        listener.changed(this, now);
    }

    private void end(Phase how) {
        close();
        if (phase != Phase.ENDED && phase != Phase.RESET) {
            become(how);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
