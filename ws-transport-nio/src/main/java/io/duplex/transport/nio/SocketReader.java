package io.duplex.transport.nio;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads sockets into the loop's buffer and offers the bytes to the layers. What a layer leaves is copied and
 * kept by its connection, and nothing is read until it is consumed; so a connection that does not want its
 * bytes holds one copy of a buffer at most, and any other none. Each connection has one read and one budget a
 * turn, so that a peer that floods its own does not hold up the others. One for each loop, on its thread
 * only; it keeps nothing of any connection.
 */
final class SocketReader {
    private final EventLoop loop;

    SocketReader(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Reads once, and offers the bytes. To be called when no unread bytes are kept.
     *
     * @return false at the end of the stream
     */
    boolean read(Wire wire, NioConnection connection) throws IOException {
        ByteBuffer buffer = loop.readBuffer().clear();
        int count = wire.read(buffer);
        if (count > 0) {
            loop.worked();
            offer(buffer.flip(), connection);
            if (buffer.hasRemaining() && connection.isAlive()) {
                connection.keepUnread(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
            }
        }
        return count >= 0;
    }

    /**
     * Goes on as long as the layer takes something and the budget lasts: what held it up may have been its
     * own output, which is charged to the same budget.
     */
    void offer(ByteBuffer bytes, NioConnection connection) {
        loop.budget().begin();
        int before;
        do {
            before = bytes.remaining();
            connection.receive(bytes);
            if (bytes.hasRemaining() && connection.isAlive()) {
                connection.write();
            }
        } while (bytes.hasRemaining() && bytes.remaining() < before && connection.mayTakeMore());
    }
}
