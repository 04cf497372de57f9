package io.duplex.transport.nio;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads sockets into the loop's buffer and offers the bytes to the layers. Bytes that a layer does not
 * consume are copied and kept by its connection, which reads nothing until they are consumed; so a paused
 * connection holds at most one copy of a buffer, and any other none. Each connection has one read and one
 * budget a turn, so that a flooding peer does not delay the others. One for each loop, on its thread only; it
 * keeps no state of any connection.
 */
final class SocketReader {
    private final EventLoop loop;

    SocketReader(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Reads once, and offers the bytes. Called only while no unconsumed bytes are kept.
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
     * Continues while the layer consumes bytes and the budget lasts: its own output, which is charged to the
     * same budget, may have caused the pause.
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
