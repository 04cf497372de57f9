package io.duplex.internal.proxy;

import io.duplex.HandshakeException;
import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.CauseText;
import io.duplex.transport.Durations;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.PendingOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * A connection to a proxy that becomes a tunnel to a server. Until the tunnel is open, this layer talks to
 * the proxy, and the layer above is attached, so that its deadline runs, but not connected; then this layer
 * leaves the stack. If the tunnel fails, the layer above gets a {@link ProxyException} as its failure. Each
 * subclass implements one protocol; they have no deadline of their own.
 *
 * <p>Threads are those of {@link ByteLayer}. Bytes after the proxy's answer belong to the tunnel and are not
 * consumed here.
 */
abstract class TunnelLayer extends ForwardingLayer {
    private final ByteLayer above;
    private final ProxyServer proxy;
    private final PendingOutput output = new PendingOutput();
    private LayerHost host;
    private volatile Phase phase = Phase.WAITING;
    /** The output state of a connection that never became a tunnel. */
    private volatile OutputState wanted = OutputState.CLOSE;
    private boolean answering;
    private long attachedNanos;

    private enum Phase {
        /** There is no connection to the proxy yet. */
        WAITING, ASKING, STANDING, FAILED
    }

    TunnelLayer(ByteLayer above, ProxyServer proxy) {
        this.above = above;
        this.proxy = proxy;
    }

    // ---- for subclasses -----------------------------------------------------------------------------------

    /** Returns the first message to the proxy. */
    abstract byte[] greeting();

    /**
     * Continues to read the proxy's answer, and no byte after its end.
     *
     * @return true if the tunnel stands
     * @throws ProxyException if there will be none
     */
    abstract boolean answered(ByteBuffer src) throws ProxyException;

    final void say(byte[] bytes) {
        output.add(bytes);
        host.outputReady();
    }

    final ProxyServer proxy() {
        return proxy;
    }

    final ProxyException failure(Reason reason, String whatItDid) {
        return new ProxyException(reason, proxy, "the proxy " + proxy + " " + whatItDid);
    }

    // ---- the layer ----------------------------------------------------------------------------------------

    @Override
    protected final ByteLayer above() {
        return above;
    }

    @Override
    public final void attach(LayerHost below, long nanoTime) {
        host = below;
        attachedNanos = nanoTime;
        above.attach(below.secure() ? new TunnelHost(below) : below, nanoTime);
    }

    @Override
    public final void connected(long nanoTime) {
        phase = Phase.ASKING;
        say(greeting());
    }

    @Override
    public final void receive(ByteBuffer src, long nanoTime) {
        switch (phase) {
            case ASKING -> read(src, nanoTime);
            case STANDING -> above.receive(src, nanoTime);
            case WAITING, FAILED -> src.position(src.limit());
        }
    }

    private void read(ByteBuffer src, long nanoTime) {
        try {
            boolean stands = false;
            while (!stands && src.hasRemaining()) {
                answering = true;
                stands = answered(src);
            }
            if (stands) {
                stand(src, nanoTime);
            }
        } catch (ProxyException refused) {
            src.position(src.limit());
            fail(refused, OutputState.CLOSE, nanoTime);
        }
    }

    private void stand(ByteBuffer src, long nanoTime) {
        phase = Phase.STANDING;
        above.connected(nanoTime);
        host.outputReady();
        if (src.hasRemaining() && above.wantsRead()) {
            above.receive(src, nanoTime);
        }
    }

    /** The layer above, once the tunnel is open and all messages to the proxy were sent. */
    @Override
    public final ByteLayer successor() {
        return hasTunnel() && output.isEmpty() ? above.successor() : this;
    }

    private boolean hasTunnel() {
        return phase == Phase.STANDING;
    }

    private boolean isUndecided() {
        return phase == Phase.WAITING || phase == Phase.ASKING;
    }

    private void fail(ProxyException cause, OutputState how, long nanoTime) {
        phase = Phase.FAILED;
        wanted = how;
        output.clear();
        above.receiveFailure(cause, nanoTime);
        host.outputReady();
    }

    @Override
    public final void receiveEnd(long nanoTime) {
        if (hasTunnel()) {
            above.receiveEnd(nanoTime);
        } else if (isUndecided()) {
            fail(failure(Reason.UNREACHABLE, answering
                    ? "ended the connection in the middle of its answer"
                    : "ended the connection before its answer"), OutputState.CLOSE, nanoTime);
        }
    }

    @Override
    public final void receiveFailure(IOException cause, long nanoTime) {
        if (hasTunnel()) {
            above.receiveFailure(cause, nanoTime);
        } else if (isUndecided()) {
            fail(broken(cause), OutputState.CLOSE, nanoTime);
        }
    }

    private ProxyException broken(IOException cause) {
        if (cause instanceof SSLException) {
            return new ProxyException(Reason.TLS, proxy,
                    "TLS with the proxy " + proxy + " failed: " + CauseText.of(cause), cause);
        }
        if (cause instanceof HandshakeException) {
            return new ProxyException(Reason.TIMEOUT, proxy,
                    "the proxy " + proxy + " was not connected to: " + CauseText.of(cause), cause);
        }
        String what = phase == Phase.WAITING
                ? "cannot be reached: "
                : "broke the connection before it had answered: ";
        return new ProxyException(Reason.UNREACHABLE, proxy,
                "the proxy " + proxy + " " + what + CauseText.of(cause),
                cause);
    }

    @Override
    public final boolean produce(ByteBuffer dst, long nanoTime) {
        if (!output.isEmpty()) {
            // Also after the tunnel is open: a proxy may answer before it has read everything.
            output.drainTo(dst);
            if (!output.isEmpty()) {
                return true;
            }
        }
        return hasTunnel() && above.produce(dst, nanoTime);
    }

    @Override
    public final void sent(long nanoTime) {
        if (hasTunnel()) {
            above.sent(nanoTime);
        }
    }

    @Override
    public final boolean wantsRead() {
        return switch (phase) {
            case WAITING, ASKING -> true;
            case STANDING -> above.wantsRead();
            case FAILED -> false;
        };
    }

    /** The layer above may have ended before there was a tunnel. */
    @Override
    public final OutputState outputState() {
        OutputState ofAbove = above.outputState();
        return phase == Phase.FAILED && ofAbove.compareTo(wanted) < 0 ? wanted : ofAbove;
    }

    @Override
    public final Optional<Duration> lingerTime() {
        return hasTunnel() ? above.lingerTime() : Optional.empty();
    }

    @Override
    public final long nextDeadlineNanos() {
        return phase == Phase.FAILED ? NEVER : above.nextDeadlineNanos();
    }

    @Override
    public final void onDeadline(long nanoTime) {
        long deadline = above.nextDeadlineNanos();
        if (hasTunnel()) {
            above.onDeadline(nanoTime);
        } else if (isUndecided() && deadline <= nanoTime) {
            fail(overdue(Duration.ofNanos(deadline - attachedNanos)), OutputState.ABORT, nanoTime);
        }
    }

    private ProxyException overdue(Duration time) {
        return failure(Reason.TIMEOUT, phase == Phase.WAITING
                ? "was not connected to within " + Durations.text(time)
                : "did not answer within " + Durations.text(time));
    }
}
