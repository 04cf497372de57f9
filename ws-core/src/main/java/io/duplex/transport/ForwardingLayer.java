package io.duplex.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A layer that passes every call on to another one, for layers that step aside or act on a few calls only.
 */
public abstract class ForwardingLayer implements ByteLayer {
    /** For subclasses. */
    protected ForwardingLayer() {}

    /**
     * The layer that gets the calls.
     *
     * @return the one above, which may be another one at each call
     */
    protected abstract ByteLayer above();

    @Override
    public void attach(LayerHost host, long nanoTime) {
        above().attach(host, nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        above().connected(nanoTime);
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        above().receive(src, nanoTime);
    }

    @Override
    public boolean holdsInput() {
        return above().holdsInput();
    }

    @Override
    public void receiveEnd(long nanoTime) {
        above().receiveEnd(nanoTime);
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        above().receiveFailure(cause, nanoTime);
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        return above().produce(dst, nanoTime);
    }

    @Override
    public void sent(long nanoTime) {
        above().sent(nanoTime);
    }

    @Override
    public boolean wantsRead() {
        return above().wantsRead();
    }

    @Override
    public OutputState outputState() {
        return above().outputState();
    }

    @Override
    public Optional<Duration> lingerTime() {
        return above().lingerTime();
    }

    @Override
    public long nextDeadlineNanos() {
        return above().nextDeadlineNanos();
    }

    @Override
    public void onDeadline(long nanoTime) {
        above().onDeadline(nanoTime);
    }

    @Override
    public Runnable pollTask() {
        return above().pollTask();
    }

    @Override
    public void released(TcpEnd ending, long nanoTime) {
        above().released(ending, nanoTime);
    }
}
