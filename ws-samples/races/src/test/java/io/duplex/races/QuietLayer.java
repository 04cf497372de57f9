package io.duplex.races;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A layer that does nothing; tests override what they observe. */
public class QuietLayer implements ByteLayer {
    @Override
    public void attach(LayerHost host, long nanoTime) {
        // Asks its host for nothing.
    }

    @Override
    public void connected(long nanoTime) {
        // Has nothing to send.
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        src.position(src.limit());
    }

    @Override
    public void receiveEnd(long nanoTime) {
        // Stays open.
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        // Has no application to tell.
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        return false;
    }

    @Override
    public void sent(long nanoTime) {
        // Waits for nothing.
    }

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
    public void onDeadline(long nanoTime) {
        // Has none.
    }

    @Override
    public void released(TcpEnd ending, long nanoTime) {
        // Holds nothing.
    }
}
