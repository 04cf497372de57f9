package io.duplex.internal.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ProxyException;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.VirtualClock;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A tunnel layer in memory: the test is the proxy, and above is a layer without a protocol that has ten
 * seconds to be connected, and that ends when it fails.
 */
final class TunnelBench {
    static final Duration DEADLINE = Duration.ofSeconds(10);

    final VirtualClock clock = new VirtualClock();
    final PlainLayer above = new PlainLayer();
    final Pipe toProxy = new Pipe();
    final Pipe toClient = new Pipe();
    final ByteLayer tunnel;
    final MemoryHost host;
    private Optional<IOException> failure = Optional.empty();
    private Optional<LayerHost> hostAbove = Optional.empty();

    /** Makes the layer under test. */
    interface Making {
        ByteLayer above(ByteLayer above) throws ProxyException;
    }

    TunnelBench(Making making) {
        try {
            tunnel = making.above(new Timed());
        } catch (ProxyException e) {
            throw new AssertionError(e);
        }
        host = new MemoryHost(tunnel, clock, toClient, toProxy);
    }

    /** Gives the layer above the deadline of a handshake, and keeps its failure. */
    private final class Timed extends ForwardingLayer {
        @Override
        protected ByteLayer above() {
            return above;
        }

        @Override
        public void attach(LayerHost below, long nanoTime) {
            hostAbove = Optional.of(below);
            super.attach(below, nanoTime);
            above.deadline(nanoTime + DEADLINE.toNanos());
        }

        @Override
        public void receiveFailure(IOException cause, long nanoTime) {
            failure = Optional.of(cause);
            super.receiveFailure(cause, nanoTime);
            above.end(OutputState.CLOSE);
        }
    }

    TunnelBench connect() {
        host.connect();
        host.run();
        return this;
    }

    TunnelBench cut(Cuts cuts) {
        toClient.cut(cuts);
        return this;
    }

    /** The proxy says something. */
    TunnelBench says(String text) {
        return says(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    TunnelBench says(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return says(all);
    }

    TunnelBench says(byte[] bytes) {
        assertEquals(bytes.length, toClient.write(ByteBuffer.wrap(bytes)));
        host.run();
        return this;
    }

    TunnelBench ends() {
        toClient.end();
        host.run();
        return this;
    }

    TunnelBench after(Duration time) {
        clock.advanceNanos(time.toNanos());
        host.run();
        return this;
    }

    /** All that the proxy has got since the last call. */
    byte[] heard() {
        ByteBuffer all = ByteBuffer.allocate(toProxy.size());
        while (all.hasRemaining()) {
            toProxy.read(all);
        }
        return all.array();
    }

    String heardText() {
        return new String(heard(), StandardCharsets.ISO_8859_1);
    }

    boolean stands() {
        return above.calls().contains("connected");
    }

    LayerHost hostAbove() {
        return hostAbove.orElseThrow();
    }

    /** What the layer above was told; and then the connection must have been given up. */
    ProxyException failure() {
        assertTrue(host.isReleased(), "the connection goes on");
        return (ProxyException) failure.orElseThrow(() -> new AssertionError("no failure: " + above.calls()));
    }

    /** Everything that the layer above has noticed. */
    String story() {
        return above.calls() + " " + above.received();
    }
}
