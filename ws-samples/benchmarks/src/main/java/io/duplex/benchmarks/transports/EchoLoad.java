package io.duplex.benchmarks.transports;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps messages in flight on a number of connections: each echo triggers the next message, and the echoes of
 * one read are answered by one write. It compares every byte received. One thread, one selector, no
 * allocation while it runs.
 */
final class EchoLoad implements Load {
    private static final int LARGEST_READ_BYTES = 256 << 10;
    private static final long SILENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final Wire wire;
    private final int inFlight;
    private final Selector selector = Selector.open();
    private final List<Peer> peers = new ArrayList<>();
    private final ByteBuffer buffer;
    private final Consumer<SelectionKey> ready = key -> ((Peer) key.attachment()).ready();
    private boolean sending;
    private long echoes;
    private long awaited;

    /** Opens the connections. */
    EchoLoad(Dialer dialer, int connections, int inFlight) throws IOException {
        this.wire = dialer.wire();
        if (inFlight < 1 || inFlight > wire.cycle()) {
            throw new IllegalArgumentException(
                    "1 to " + wire.cycle() + " messages in flight, not " + inFlight);
        }
        this.inFlight = inFlight;
        // At most the bytes expected, so that a comparison never exceeds the second cycle.
        this.buffer =
                ByteBuffer.allocateDirect(Math.min(LARGEST_READ_BYTES, wire.cycle() * wire.replyBytes()));
        try {
            for (int i = 0; i < connections; i++) {
                peers.add(new Peer(dialer.open()));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Keeps messages in flight for a while, then waits for the last echoes. */
    @Override
    public long run(long nanos) throws IOException {
        long before = echoes;
        long end = System.nanoTime() + nanos;
        sending = true;
        try {
            for (Peer peer : peers) {
                peer.send(inFlight);
            }
            while (awaited > 0) {
                sending = System.nanoTime() - end < 0;
                if (selector.select(ready, SILENCE_MILLIS) == 0) {
                    throw new SocketTimeoutException(awaited + " echoes have not come");
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return echoes - before;
    }

    @Override
    public void close() throws IOException {
        for (Peer peer : peers) {
            peer.client.close();
        }
        selector.close();
    }

    private final class Peer {
        private final Client client;
        private final ByteChannel channel;
        private final ByteBuffer requests = wire.requests();
        private final ByteBuffer replies = wire.replies();
        private final SelectionKey key;
        /** Position in the cycle of the next byte to write, and number of bytes due. */
        private int writtenBytes;
        private int dueBytes;
        private int heardBytes;

        Peer(Client client) throws IOException {
            this.client = client;
            this.channel = client.channel();
            client.socket().configureBlocking(false);
            this.key = client.socket().register(selector, SelectionKey.OP_READ, this);
        }

        void send(int count) throws IOException {
            dueBytes += count * wire.requestBytes();
            awaited += count;
            write();
        }

        /**
         * Writes until the socket is full. The rest waits, because the server may be waiting for its echoes
         * to be read.
         */
        private void write() throws IOException {
            requests.limit(writtenBytes + dueBytes).position(writtenBytes);
            int written = channel.write(requests);
            dueBytes -= written;
            writtenBytes = (writtenBytes + written) % (wire.cycle() * wire.requestBytes());
            int wanted = dueBytes > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }

        void ready() {
            try {
                if (dueBytes > 0) {
                    write();
                }
                if (channel.read(buffer.clear()) < 0) {
                    throw new EOFException("the server has ended a connection");
                }
                int whole = heard(buffer.flip());
                echoes += whole;
                awaited -= whole;
                if (sending && whole > 0) {
                    send(whole);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns the number of echoes that these bytes complete. */
        private int heard(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            replies.limit(heardBytes + count).position(heardBytes);
            if (!bytes.equals(replies)) {
                throw new IOException("a wrong echo");
            }
            int whole = (heardBytes + count) / wire.replyBytes() - heardBytes / wire.replyBytes();
            heardBytes = (heardBytes + count) % (wire.cycle() * wire.replyBytes());
            return whole;
        }
    }
}
