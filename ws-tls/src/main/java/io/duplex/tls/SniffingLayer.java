package io.duplex.tls;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.ForwardingHost;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * A server's connection that may be in clear or TLS: the first byte says which. Until it has come, the layer
 * above has been attached, so that its deadline runs and it can be stopped, but not connected. Threads and
 * buffers are as in the layer that is chosen then.
 */
final class SniffingLayer extends ForwardingLayer {
    private final ByteLayer clear;
    private final Function<ByteLayer, ByteLayer> tls;
    private final ChangingHost host = new ChangingHost();
    /** What gets the calls: the layer in clear itself, or TLS below it. */
    private volatile ByteLayer chosen;
    private volatile boolean decided;
    private long attachedNanos;

    /**
     * @param clear the layer above, new
     * @param tls   puts TLS below a layer
     */
    SniffingLayer(ByteLayer clear, Function<ByteLayer, ByteLayer> tls) {
        this.clear = clear;
        this.tls = tls;
        this.chosen = clear;
    }

    @Override
    protected ByteLayer above() {
        return chosen;
    }

    /** The chosen layer, once it is connected. */
    @Override
    public ByteLayer successor() {
        return decided ? chosen.successor() : this;
    }

    @Override
    public void attach(LayerHost below, long nanoTime) {
        host.current = below;
        attachedNanos = nanoTime;
        clear.attach(host, nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        // Not before it is known how to talk.
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        if (!decided && src.hasRemaining()) {
            decide(RecordHeader.mayBegin(src.get(src.position())), nanoTime);
            decided = true;
        }
        chosen.receive(src, nanoTime);
    }

    private void decide(boolean isTls, long nanoTime) {
        if (isTls) {
            ByteLayer layer = tls.apply(new Attached());
            layer.attach(host.current, attachedNanos);
            chosen = layer;
        }
        chosen.connected(nanoTime);
    }

    /** The layer in clear as TLS sees it: it has a host already, whose calls go to TLS from now on. */
    private final class Attached extends ForwardingLayer {
        @Override
        protected ByteLayer above() {
            return clear;
        }

        @Override
        public void attach(LayerHost tlsHost, long nanoTime) {
            host.current = tlsHost;
        }

        @Override
        public ByteLayer successor() {
            return clear.successor();
        }
    }

    /** A host that is the transport at first, and TLS's later if the peer speaks it. */
    private static final class ChangingHost extends ForwardingHost {
        private volatile LayerHost current;

        @Override
        protected LayerHost below() {
            return current;
        }
    }
}
