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
 * TLS of a client on a socket channel, sufficient for a load generator. The handshake blocks; afterwards
 * reads and writes behave like those of the channel, which may be non-blocking. A read opens all records
 * received, so no data remains without a selector event. One thread.
 */
final class TlsChannel implements ByteChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** The maximum number of full records in one read. */
    private static final int RECORDS = 4;

    private final SocketChannel channel;
    private final SSLEngine engine;
    /** Sealed records received, from 0 to the position. */
    private final ByteBuffer arrived;
    /** Opened bytes not read yet, from the position to the limit. */
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

    /** Blocks until the handshake is complete. */
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

    /** Returns false without a whole record. */
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
            // Usually a single write: the socket has room for it.
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
