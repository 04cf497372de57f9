package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Brings what came to the layer, out of the loop's buffer. What the layer leaves is copied aside, and nothing is read until
 * it is consumed; so a connection that does not want its bytes holds one copy of a buffer at most, and any other none. One
 * read a turn is all there is for each connection, so that a peer that floods its own does not hold up the others. Loop
 * thread only.
 */
final class Input {
    /** Makes the calls, and knows when there may be none. */
    interface Receiver {
        /** Makes the receiving call. */
        void receive(ByteBuffer bytes);

        /** Writes what there is to write; more input may be welcome behind it. */
        void write();

        /** Whether the connection is alive. */
        boolean isAlive();
    }

    private final EventLoop loop;
    private final Wire wire;
    private final ByteLayer layer;
    private final Receiver receiver;
    /** Read, and not consumed; null if nothing is left. */
    private ByteBuffer rest;

    Input(EventLoop loop, Wire wire, ByteLayer layer, Receiver receiver) {
        this.loop = loop;
        this.wire = wire;
        this.layer = layer;
        this.receiver = receiver;
    }

    boolean hasRest() {
        return rest != null;
    }

    /** Lets go of what was not consumed. */
    void drop() {
        rest = null;
    }

    /**
     * Reads once, and offers what came; while something is left, that is offered instead, as it came before.
     *
     * @return false at the end of the stream
     */
    boolean read() throws IOException {
        if (rest != null) {
            resume();
            return true;
        }
        ByteBuffer buffer = loop.readBuffer().clear();
        int count = wire.read(buffer);
        if (count > 0) {
            loop.worked();
            offer(buffer.flip());
            if (buffer.hasRemaining() && receiver.isAlive()) {
                rest = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
            }
        }
        return count >= 0;
    }

    /** Offers what is left, if it is wanted now. */
    void resume() {
        if (rest != null && layer.wantsRead()) {
            ByteBuffer offered = rest;
            offer(offered);
            if (!offered.hasRemaining()) {
                rest = null;
            }
        }
    }

    /** Goes on as long as the layer takes something: what held it up may have been its own output. */
    private void offer(ByteBuffer bytes) {
        int before;
        do {
            before = bytes.remaining();
            receiver.receive(bytes);
            if (bytes.hasRemaining() && receiver.isAlive()) {
                receiver.write();
            }
        } while (bytes.hasRemaining() && bytes.remaining() < before && receiver.isAlive()
                && layer.wantsRead());
    }
}
