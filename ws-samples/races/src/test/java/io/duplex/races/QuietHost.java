package io.duplex.races;

import io.duplex.transport.LayerHost;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A transport without threads: tests make its calls themselves. */
public class QuietHost implements LayerHost {
    private static final SocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 1);
    private static final SocketAddress REMOTE = new InetSocketAddress("127.0.0.1", 2);

    @Override
    public void outputReady() {
        // The test produces when it likes.
    }

    @Override
    public void inputReady() {
        // The test receives when it likes.
    }

    @Override
    public void execute(Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flush() {
        // The test produces when it likes.
    }

    @Override
    public boolean inTransportThread() {
        return false;
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public SocketAddress localAddress() {
        return LOCAL;
    }

    @Override
    public SocketAddress remoteAddress() {
        return REMOTE;
    }
}
