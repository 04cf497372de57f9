package io.duplex.benchmarks.transports;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.HdrHistogram.Histogram;

/**
 * One connection of a load: its position in the cycle of messages, in both directions. It compares every byte
 * received. No allocation after its creation. One thread.
 */
final class Peer implements AutoCloseable {
    private static final int LARGEST_READ_BYTES = 256 << 10;

    private final Client client;
    private final ByteChannel channel;
    private final Wire wire;
    private final ByteBuffer requests;
    private final ByteBuffer replies;
    private final SelectionKey key;
    /** Position in the cycle of the next byte to write, and number of bytes due. */
    private int writtenBytes;
    private int dueBytes;
    private int heardBytes;
    /** When the messages in flight were sent, as a ring. */
    private final long[] sentNanos;
    private int oldest;
    private int inFlight;

    /** Registers an open connection, which becomes non-blocking; the peer is the key's attachment. */
    Peer(Client client, Wire wire, Selector selector) throws IOException {
        this.client = client;
        this.channel = client.channel();
        this.wire = wire;
        this.requests = wire.requests();
        this.replies = wire.replies();
        this.sentNanos = new long[wire.cycle()];
        client.socket().configureBlocking(false);
        this.key = client.socket().register(selector, SelectionKey.OP_READ, this);
    }

    /** Returns a buffer for {@link #ready}: at most a cycle, so that comparisons stay in the second one. */
    static ByteBuffer bufferFor(Wire wire) {
        return ByteBuffer.allocateDirect(Math.min(LARGEST_READ_BYTES, wire.cycle() * wire.replyBytes()));
    }

    void send(int count, long nanoTime) throws IOException {
        for (int i = 0; i < count; i++) {
            sentNanos[(oldest + inFlight++) % sentNanos.length] = nanoTime;
        }
        dueBytes += count * wire.requestBytes();
        write();
    }

    /** Returns true if another message may be in flight: no more than a cycle has. */
    boolean hasRoom() {
        return inFlight < sentNanos.length;
    }

    /**
     * Writes until the socket is full. The rest waits, because the server may be waiting for its echoes to be
     * read.
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

    /** Writes and reads what the socket takes and has. Returns the number of replies that are complete. */
    int ready(ByteBuffer buffer) throws IOException {
        if (dueBytes > 0 && key.isWritable()) {
            write();
        }
        int count = channel.read(buffer.clear());
        if (count < 0) {
            throw new EOFException("the server has ended a connection");
        }
        replies.limit(heardBytes + count).position(heardBytes);
        if (!buffer.flip().equals(replies)) {
            throw new IOException("a wrong echo");
        }
        int whole = (heardBytes + count) / wire.replyBytes() - heardBytes / wire.replyBytes();
        heardBytes = (heardBytes + count) % (wire.cycle() * wire.replyBytes());
        return whole;
    }

    /** Records the round trips of the oldest messages in flight. */
    void recordRoundTrips(int count, long nanoTime, Histogram into) {
        int left = count;
        while (left > 0) {
            long sent = sentNanos[oldest];
            int together = 0;
            while (together < left && sentNanos[oldest] == sent) {
                oldest = (oldest + 1) % sentNanos.length;
                together++;
            }
            into.recordValueWithCount(nanoTime - sent, together);
            left -= together;
        }
        inFlight -= count;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
