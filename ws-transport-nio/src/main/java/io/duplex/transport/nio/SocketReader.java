package io.duplex.transport.nio;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads sockets: into the loop's buffer, or into memory that the layer names. Bytes that a layer does not
 * consume are copied and kept by its connection, which reads nothing until they are consumed; so a paused
 * connection holds at most one copy of a buffer, and any other none. Each connection has one read and one
 * budget a turn, so that a flooding peer does not delay the others. One for each loop, on its thread only; it
 * keeps no state of any connection.
 */
final class SocketReader {
    /** The maximum of one read into the loop's buffer: messages of 64 KiB fit whole. */
    static final int MAX_BYTES = 256 << 10;
    /** The maximum for a connection that has not filled such a read yet, or left some of a larger one. */
    static final int FIRST_BYTES = 64 << 10;

    private final EventLoop loop;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);

    SocketReader(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Reads once, and offers the bytes. Called only while no unconsumed bytes are kept.
     *
     * @param target memory of the layer, to be read into up to its limit; null for the loop's buffer
     * @return false at the end of the stream
     */
    boolean read(Wire wire, NioConnection connection, ByteBuffer target) throws IOException {
        ByteBuffer into = target == null
                ? buffer.clear().limit(connection.readsMuch() ? MAX_BYTES : FIRST_BYTES)
                : target;
        int start = into.position();
        int count = wire.read(into);
        if (count > 0) {
            loop.worked();
            boolean filled = !into.hasRemaining();
            connection.receive(into.limit(into.position()).position(start));
            boolean leaves = into.hasRemaining() && connection.isAlive();
            if (leaves) {
                connection.keepUnread(ByteBuffer.allocate(into.remaining()).put(into).flip());
            }
            if (target == null) {
                connection.readMuch(!leaves && (filled || connection.readsMuch()));
            }
        }
        return count >= 0;
    }
}
