package io.duplex.benchmarks.transports;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * A client's TLS on a socket channel, just enough for a load generator: the handshake blocks; afterwards
 * reads and writes are as those of the channel, which may be non-blocking then. A read opens all records that
 * have come, so nothing is left for which no selector would call. One thread.
 */
final class TlsChannel implements ByteChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** So many full records one read may bring. */
    private static final int RECORDS = 4;

    private final SocketChannel channel;
    private final SSLEngine engine;
    /** Sealed records that have come, from 0 to the position. */
    private final ByteBuffer arrived;
    /** What was opened and not read, from the position to the limit. */
    private final ByteBuffer opened;
    private final ByteBuffer sealed;

    TlsChannel(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        int record = engine.getSession().getPacketBufferSize();
        this.arrived = ByteBuffer.allocate(RECORDS * record);
        this.opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
        this.sealed = ByteBuffer.allocate(record);
    }

    /** Sends the first flight; {@link #finishHandshake} is next. */
    void beginHandshake() throws IOException {
        engine.beginHandshake();
        seal(NOTHING);
    }

    /** Blocks until the server has agreed. */
    void finishHandshake() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> seal(NOTHING);
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (open().getStatus() == Status.BUFFER_UNDERFLOW && channel.read(arrived) < 0) {
                        throw new EOFException("the server ended the TLS handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int before = dst.position();
        boolean ended = false;
        do {
            ended = channel.read(arrived) < 0;
            openInto(dst);
        } while (dst.position() == before && channel.isBlocking() && !ended && !engine.isInboundDone());
        boolean over = (ended || engine.isInboundDone()) && dst.position() == before;
        return over ? -1 : dst.position() - before;
    }

    private void openInto(ByteBuffer dst) throws IOException {
        boolean more = true;
        while (more && dst.hasRemaining()) {
            int count = Math.min(opened.remaining(), dst.remaining());
            dst.put(opened.slice(opened.position(), count));
            opened.position(opened.position() + count);
            more = opened.hasRemaining() || !engine.isInboundDone() && openNext();
        }
    }

    /** Returns false if no whole record has come. */
    private boolean openNext() throws IOException {
        SSLEngineResult result = open();
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
        }
        return result.getStatus() == Status.OK;
    }

    private SSLEngineResult open() throws IOException {
        opened.clear();
        arrived.flip();
        try {
            return engine.unwrap(arrived, opened);
        } finally {
            arrived.compact();
            opened.flip();
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int count = src.remaining();
        while (src.hasRemaining()) {
            seal(src);
        }
        return count;
    }

    private void seal(ByteBuffer src) throws IOException {
        engine.wrap(src, sealed.clear());
        sealed.flip();
        while (sealed.hasRemaining()) {
            // More than once only if so little does not fit into the socket.
            channel.write(sealed);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
