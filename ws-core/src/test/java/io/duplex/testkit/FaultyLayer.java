package io.duplex.testkit;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A layer between another one and its transport that does what bad networks do: it hands out room in small
 * pieces, breaks the connection, or ends it in the middle. It follows the threads of the layer above it, and
 * buffers nothing. Delays are made by the pipe's reader: a test that moves its clock before it runs the host
 * has delayed the bytes.
 */
public final class FaultyLayer implements ByteLayer {
    private final ByteLayer above;
    private final Faults faults;
    private long received;
    private boolean ended;
    private boolean broken;

    /**
     * The faults of the network. {@link Long#MAX_VALUE} means never.
     *
     * @param maxProduceBytes room for one {@code produce}; positive
     * @param breakAfterBytes received bytes after which the connection breaks
     * @param endAfterBytes received bytes after which the peer seems to have ended; later bytes are discarded
     */
    public record Faults(int maxProduceBytes, long breakAfterBytes, long endAfterBytes) {
        /** Nothing goes wrong. */
        public static final Faults NONE = new Faults(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

        /**
         * Room in small pieces.
         *
         * @param bytes a piece; positive
         * @return the fault
         */
        public static Faults shortWrites(int bytes) {
            return new Faults(bytes, Long.MAX_VALUE, Long.MAX_VALUE);
        }

        /**
         * A connection that breaks.
         *
         * @param bytes after how many received bytes
         * @return the fault
         */
        public static Faults breakAfter(long bytes) {
            return new Faults(Integer.MAX_VALUE, bytes, Long.MAX_VALUE);
        }

        /**
         * A peer that ends in the middle.
         *
         * @param bytes after how many received bytes
         * @return the fault
         */
        public static Faults endAfter(long bytes) {
            return new Faults(Integer.MAX_VALUE, Long.MAX_VALUE, bytes);
        }
    }

    /**
     * Puts faults below a layer.
     *
     * @param above  the layer that suffers
     * @param faults what goes wrong
     */
    public FaultyLayer(ByteLayer above, Faults faults) {
        this.above = Objects.requireNonNull(above);
        this.faults = Objects.requireNonNull(faults);
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        if (ended || broken) {
            src.position(src.limit());
            return;
        }
        long room = Math.min(faults.breakAfterBytes, faults.endAfterBytes) - received;
        int limit = src.limit();
        src.limit((int) Math.min(limit, src.position() + room));
        int before = src.position();
        above.receive(src, nanoTime);
        received += src.position() - before;
        src.limit(limit);
        strike(src, nanoTime);
    }

    private void strike(ByteBuffer src, long nanoTime) {
        if (received >= faults.breakAfterBytes) {
            broken = true;
            src.position(src.limit());
            above.receiveFailure(new IOException("Connection reset"), nanoTime);
        } else if (received >= faults.endAfterBytes) {
            ended = true;
            src.position(src.limit());
            above.receiveEnd(nanoTime);
        }
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        if (broken) {
            return false;
        }
        int limit = dst.limit();
        dst.limit((int) Math.min(limit, (long) dst.position() + faults.maxProduceBytes));
        boolean more = above.produce(dst, nanoTime);
        dst.limit(limit);
        return more;
    }

    @Override
    public void attach(LayerHost host, long nanoTime) {
        above.attach(host, nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        above.connected(nanoTime);
    }

    @Override
    public void receiveEnd(long nanoTime) {
        if (!ended && !broken) {
            ended = true;
            above.receiveEnd(nanoTime);
        }
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        if (!broken) {
            broken = true;
            above.receiveFailure(cause, nanoTime);
        }
    }

    @Override
    public void sent(long nanoTime) {
        above.sent(nanoTime);
    }

    @Override
    public boolean wantsRead() {
        return ended || broken || above.wantsRead();
    }

    @Override
    public boolean holdsInput() {
        return !ended && !broken && above.holdsInput();
    }

    @Override
    public OutputState outputState() {
        return broken ? OutputState.ABORT : above.outputState();
    }

    @Override
    public Optional<Duration> lingerTime() {
        return above.lingerTime();
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
    public void released(TcpEnd ending, long nanoTime) {
        above.released(broken ? TcpEnd.BROKEN : ending, nanoTime);
    }
}
