package io.duplex.tls;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLSession;

/**
 * A server's connection that may be in clear or TLS: the first byte says which. Until it has come, the layer above has been
 * attached, so that its deadline runs and it can be stopped, but not connected. Threads and buffers are as in the layer that
 * is chosen then.
 */
final class SniffingLayer implements ByteLayer {
    private final ByteLayer above;
    private final Function<ByteLayer, ByteLayer> tls;
    private final ChangingHost host = new ChangingHost();
    /** What gets the calls: the layer above itself, or TLS below it. */
    private volatile ByteLayer chosen;
    private volatile boolean decided;
    private long attachedNanos;

    /**
     * @param above the layer above, new
     * @param tls   puts TLS below a layer
     */
    SniffingLayer(ByteLayer above, Function<ByteLayer, ByteLayer> tls) {
        this.above = above;
        this.tls = tls;
        this.chosen = above;
    }

    @Override
    public void attach(LayerHost below, long nanoTime) {
        host.current = below;
        attachedNanos = nanoTime;
        above.attach(host, nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        // Not before it is known how to talk.
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        if (!decided && src.hasRemaining()) {
            decide(RecordHeader.mayBegin(src.get(src.position())), nanoTime);
        }
        chosen.receive(src, nanoTime);
    }

    private void decide(boolean isTls, long nanoTime) {
        decided = true;
        if (isTls) {
            ByteLayer layer = tls.apply(new Attached());
            layer.attach(host.current, attachedNanos);
            chosen = layer;
        }
        chosen.connected(nanoTime);
    }

    @Override
    public void receiveEnd(long nanoTime) {
        chosen.receiveEnd(nanoTime);
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        chosen.receiveFailure(cause, nanoTime);
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        return chosen.produce(dst, nanoTime);
    }

    @Override
    public void sent(long nanoTime) {
        chosen.sent(nanoTime);
    }

    @Override
    public boolean wantsRead() {
        return chosen.wantsRead();
    }

    @Override
    public OutputState outputState() {
        return chosen.outputState();
    }

    @Override
    public long nextDeadlineNanos() {
        return chosen.nextDeadlineNanos();
    }

    @Override
    public void onDeadline(long nanoTime) {
        chosen.onDeadline(nanoTime);
    }

    @Override
    public Runnable pollTask() {
        return chosen.pollTask();
    }

    @Override
    public void released(Ending ending, long nanoTime) {
        chosen.released(ending, nanoTime);
    }

    /** The layer above as TLS sees it: it has a host already, whose calls go to TLS from now on. */
    private final class Attached implements ByteLayer {
        @Override
        public void attach(LayerHost tlsHost, long nanoTime) {
            host.current = tlsHost;
        }

        @Override
        public void connected(long nanoTime) {
            above.connected(nanoTime);
        }

        @Override
        public void receive(ByteBuffer src, long nanoTime) {
            above.receive(src, nanoTime);
        }

        @Override
        public void receiveEnd(long nanoTime) {
            above.receiveEnd(nanoTime);
        }

        @Override
        public void receiveFailure(IOException cause, long nanoTime) {
            above.receiveFailure(cause, nanoTime);
        }

        @Override
        public boolean produce(ByteBuffer dst, long nanoTime) {
            return above.produce(dst, nanoTime);
        }

        @Override
        public void sent(long nanoTime) {
            above.sent(nanoTime);
        }

        @Override
        public boolean wantsRead() {
            return above.wantsRead();
        }

        @Override
        public OutputState outputState() {
            return above.outputState();
        }

        @Override
        public long nextDeadlineNanos() {
            return above.nextDeadlineNanos();
        }

        @Override
        public void onDeadline(long nanoTime) {
            above.onDeadline(nanoTime);
        }

        @Override
        public Runnable pollTask() {
            return above.pollTask();
        }

        @Override
        public void released(Ending ending, long nanoTime) {
            above.released(ending, nanoTime);
        }
    }

    /** A host that is the transport at first, and TLS's later if the peer speaks it. */
    private static final class ChangingHost implements LayerHost {
        private volatile LayerHost current;

        @Override
        public void outputReady() {
            current.outputReady();
        }

        @Override
        public void inputReady() {
            current.inputReady();
        }

        @Override
        public void execute(Runnable task) {
            current.execute(task);
        }

        @Override
        public void flush() {
            current.flush();
        }

        @Override
        public boolean inTransportThread() {
            return current.inTransportThread();
        }

        @Override
        public long nanoTime() {
            return current.nanoTime();
        }

        @Override
        public SocketAddress localAddress() {
            return current.localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return current.remoteAddress();
        }

        @Override
        public boolean secure() {
            return current.secure();
        }

        @Override
        public Optional<SSLSession> tlsSession() {
            return current.tlsSession();
        }
    }
}
