package io.duplex.tls;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A layer that sends and counts zeros, for amounts too large to keep. */
final class PlainCounter implements ByteLayer {
    long received;
    private final int pieceBytes;
    private long waiting;
    private LayerHost host;

    PlainCounter() {
        this(Integer.MAX_VALUE);
    }

    /** @param pieceBytes how much one {@code produce} gives, and so one record carries, at most */
    PlainCounter(int pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    void send(long bytes) {
        waiting += bytes;
        host.outputReady();
    }

    @Override
    public void attach(LayerHost value, long nanoTime) {
        host = value;
    }

    @Override
    public void connected(long nanoTime) {}

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        received += src.remaining();
        src.position(src.limit());
    }

    @Override
    public void receiveEnd(long nanoTime) {}

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        throw new AssertionError(cause);
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        int count = (int) Math.min(Math.min(dst.remaining(), pieceBytes), waiting);
        dst.position(dst.position() + count);
        waiting -= count;
        return waiting > 0;
    }

    @Override
    public void sent(long nanoTime) {}

    @Override
    public boolean wantsRead() {
        return true;
    }

    @Override
    public OutputState outputState() {
        return OutputState.OPEN;
    }

    @Override
    public long nextDeadlineNanos() {
        return NEVER;
    }

    @Override
    public void onDeadline(long nanoTime) {}

    @Override
    public void released(TcpEnd ending, long nanoTime) {}
}
