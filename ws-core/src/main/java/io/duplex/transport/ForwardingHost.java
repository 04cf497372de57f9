package io.duplex.transport;

import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * A host that passes every wish on to the one below it, for a layer that stands between two others and wants
 * to hear or answer a few of them itself.
 */
public abstract class ForwardingHost implements LayerHost {
    /** For subclasses. */
    protected ForwardingHost() {}

    /**
     * The host that gets the calls.
     *
     * @return the one below, which may be another one at each call
     */
    protected abstract LayerHost below();

    @Override
    public void outputReady() {
        below().outputReady();
    }

    @Override
    public void inputReady() {
        below().inputReady();
    }

    @Override
    public void execute(Runnable task) {
        below().execute(task);
    }

    @Override
    public void flush() {
        below().flush();
    }

    @Override
    public boolean writesAtOnce() {
        return below().writesAtOnce();
    }

    @Override
    public WorkBudget budget() {
        return below().budget();
    }

    @Override
    public boolean inTransportThread() {
        return below().inTransportThread();
    }

    @Override
    public long nanoTime() {
        return below().nanoTime();
    }

    @Override
    public SocketAddress localAddress() {
        return below().localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return below().remoteAddress();
    }

    @Override
    public SocketOptions effectiveOptions() {
        return below().effectiveOptions();
    }

    @Override
    public boolean secure() {
        return below().secure();
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return below().tlsSession();
    }
}
