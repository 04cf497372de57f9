package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputBatch;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * Output of the layer above that is not encrypted yet: references to that layer's memory, which the engine
 * encrypts without another copy. Used by the producing thread.
 */
final class PendingPlaintext {
    /** The maximum plaintext of a record (RFC 8446 section 5.1). */
    static final int MAX_RECORD_BYTES = 1 << 14;
    private static final ByteBuffer[] NONE = {};

    /** Borrowed for a call: references for one record, and room for what is copied. */
    private static final class Batch extends Poolable {
        private static final Pool<Batch> POOL = new Pool<>(32, Batch::new);

        private final OutputBatch output = new OutputBatch(ByteBuffer.allocate(MAX_RECORD_BYTES));

        @Override
        protected void renew() {
            output.clear();
        }

        @Override
        protected void forget() {
            output.clear();
        }
    }

    /** Null between calls. */
    private Batch batch;
    /** The pending bytes are those from element {@code first} on, {@code count} elements in all. */
    private ByteBuffer[] pieces = NONE;
    private int first;
    private int count;

    boolean hasRemaining() {
        while (first < count && !pieces[first].hasRemaining()) {
            first++;
        }
        return first < count;
    }

    /**
     * Takes output of the layer above. Nothing may be pending: that layer may use its references again.
     *
     * @return true while that layer has more
     */
    boolean take(ByteLayer above, int maxBytes, long nanoTime) {
        first = 0;
        count = 0;
        if (batch == null) {
            batch = Batch.POOL.borrow(this);
        }
        batch.output.clear(maxBytes);
        boolean more = above.produce(batch.output, nanoTime);
        pieces = batch.output.pieces();
        count = batch.output.count();
        return more;
    }

    /** Encrypts the first bytes as one record. */
    SSLEngineResult wrap(TlsEngine engine, ByteBuffer dst) throws SSLException {
        return engine.wrap(pieces, first, count - first, dst);
    }

    /**
     * Returns the batch when a call ends. What is pending is kept, lent bytes as a copy; without memory for
     * that it is lost, and the caller must send nothing after it.
     *
     * @param intact false after a failure
     */
    void endCall(boolean intact) {
        Batch borrowed = batch;
        if (borrowed == null) {
            return;
        }
        batch = null;
        drop();
        pieces = borrowed.output.takeRest();
        count = pieces.length;
        if (intact) {
            Batch.POOL.giveBack(borrowed, this);
        } else {
            Batch.POOL.discard(borrowed, this);
        }
    }

    /** Drops the pending bytes. */
    void drop() {
        pieces = NONE;
        first = 0;
        count = 0;
        if (batch != null) {
            batch.output.clear();
        }
    }
}
