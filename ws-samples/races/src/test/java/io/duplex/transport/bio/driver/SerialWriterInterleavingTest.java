package io.duplex.transport.bio.driver;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.races.Exploration;
import io.duplex.races.QuietLayer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Threads that queue output and request it, one that closes behind its last output, and one that ends the
 * writer. One thread produces at a time, no request is lost, and the close comes after the output before it.
 */
public final class SerialWriterInterleavingTest {
    private final Layer layer = new Layer();
    private final AtomicInteger producing = new AtomicInteger();
    private volatile boolean closeWanted;
    private volatile boolean ended;
    private final SerialWriter writer =
            new SerialWriter(layer, null, new Pool<>(1, () -> new PooledBuffer(1)), new ConnectionEnd(null),
                    new Owner());

    /** Opens the writer, as a connection does before other threads know it. */
    public SerialWriterInterleavingTest() {
        writer.open();
    }

    /** Produces without bytes, so that no socket is needed. */
    private final class Layer extends QuietLayer {
        private int queued;
        private OutputState state = OutputState.OPEN;

        synchronized void queue(boolean last) {
            if (state == OutputState.OPEN) {
                queued++;
            }
            if (last) {
                state = OutputState.CLOSE;
            }
        }

        synchronized int queued() {
            return queued;
        }

        @Override
        public boolean produce(ByteBuffer dst, long nanoTime) {
            if (producing.getAndIncrement() != 0) {
                throw new AssertionError("two threads produce");
            }
            synchronized (this) {
                queued = 0;
            }
            producing.decrementAndGet();
            return false;
        }

        @Override
        public synchronized OutputState outputState() {
            return state;
        }
    }

    private final class Owner implements SerialWriter.Owner {
        @Override
        public void looked() {
            // Nothing to see to.
        }

        @Override
        public void closeDue() {
            if (layer.queued() != 0) {
                throw new AssertionError("closed before the last output");
            }
            closeWanted = true;
        }

        @Override
        public void writeFailed() {
            throw new AssertionError("a write failed");
        }

        @Override
        public void crashed(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    private void request() {
        if (writer.request()) {
            boolean more = true;
            while (more) {
                more = writer.run(1);
            }
        }
    }

    @Operation
    public void send() {
        layer.queue(false);
        request();
    }

    @Operation
    public void sendAndClose() {
        layer.queue(true);
        request();
    }

    @Operation(nonParallelGroup = "connection")
    public void end() {
        ended |= writer.end();
    }

    @Validate
    public void allIsProduced() {
        boolean closed = layer.outputState() == OutputState.CLOSE;
        if (!ended && (layer.queued() != 0 || closed != closeWanted)) {
            throw new AssertionError(layer.queued() + " left, " + closed + " and " + closeWanted);
        }
        if (!writer.end()) {
            throw new AssertionError("the writer runs for ever");
        }
    }

    @Test
    void oneWriterAtATimeAndNoRequestLost() {
        Exploration.explore(SerialWriterInterleavingTest.class, 2, 8, 120,
                "io.duplex.internal.pool.", "io.duplex.transport.ConnectionEnd");
    }
}
