package io.duplex.testkit;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A layer that passes every call on, for subclasses that change one. */
class DelegatingLayer implements ByteLayer {
    private final ByteLayer layer;

    DelegatingLayer(ByteLayer layer) {
        this.layer = layer;
    }

    @Override
    public void attach(LayerHost host, long nanoTime) {
        layer.attach(host, nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        layer.connected(nanoTime);
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        layer.receive(src, nanoTime);
    }

    @Override
    public void receiveEnd(long nanoTime) {
        layer.receiveEnd(nanoTime);
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        layer.receiveFailure(cause, nanoTime);
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        return layer.produce(dst, nanoTime);
    }

    @Override
    public void sent(long nanoTime) {
        layer.sent(nanoTime);
    }

    @Override
    public boolean wantsRead() {
        return layer.wantsRead();
    }

    @Override
    public OutputState outputState() {
        return layer.outputState();
    }

    @Override
    public Optional<Duration> lingerTime() {
        return layer.lingerTime();
    }

    @Override
    public long nextDeadlineNanos() {
        return layer.nextDeadlineNanos();
    }

    @Override
    public void onDeadline(long nanoTime) {
        layer.onDeadline(nanoTime);
    }

    @Override
    public Runnable pollTask() {
        return layer.pollTask();
    }

    @Override
    public void released(Ending ending, long nanoTime) {
        layer.released(ending, nanoTime);
    }
}
