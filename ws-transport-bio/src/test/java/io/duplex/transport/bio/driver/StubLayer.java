package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A layer that wants everything and does nothing; tests override what they look at. */
class StubLayer implements ByteLayer {
    @Override
    public void attach(LayerHost host, long nanoTime) {}

    @Override
    public void connected(long nanoTime) {}

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        src.position(src.limit());
    }

    @Override
    public void receiveEnd(long nanoTime) {}

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {}

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        return false;
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
