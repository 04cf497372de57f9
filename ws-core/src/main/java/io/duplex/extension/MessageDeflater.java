package io.duplex.extension;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.Deflater;

/**
 * Compresses outgoing messages (RFC 7692 section 7.2.1): each message becomes DEFLATE blocks up to a byte
 * boundary, without the four bytes 00 00 FF FF that always end such a run of blocks.
 *
 * <p>RFC 7692 section 7.1.2 lets the peer bound the LZ77 window to 2^8 bytes, but the JDK's deflater has a
 * window of 2^15 bytes only. The peer needs distances that are not greater than its window; so for a
 * smaller window the input is cut into segments of the window's size, and the deflater forgets its history
 * between them (a full flush). A distance then cannot reach out of its segment. That is always legal, and
 * costs compression only where a message is longer than the window: about 5 bytes a segment, and the matches
 * across the cuts.
 *
 * <p>One thread at a time calls {@link #encode}; {@link #close} may come from any thread. Between calls no
 * scratch buffer is held; between messages no deflater either, unless the context is taken over.
 */
final class MessageDeflater {
    /** The bytes that a sync flush appends and section 7.2.1 removes; see {@link MessageInflater}. */
    private static final int TAIL_BYTES = 4;
    private static final int WINDOW_BITS_OF_JDK = 15;

    private final Pool<PooledDeflater> deflaters;
    private final Pool<Scratch> scratches;
    private final boolean contextTakeover;
    private final boolean segmented;
    private final int windowBytes;
    private final Occupancy occupancy = new Occupancy();

    /** Null while there is no message and no context to keep. */
    private PooledDeflater borrowed;
    private int segmentLeftBytes;
    private boolean messageHasInput;
    private boolean failed;

    MessageDeflater(Pool<PooledDeflater> deflaters, Pool<Scratch> scratches, boolean contextTakeover,
            int windowBits) {
        this.deflaters = deflaters;
        this.scratches = scratches;
        this.contextTakeover = contextTakeover;
        this.segmented = windowBits < WINDOW_BITS_OF_JDK;
        this.windowBytes = 1 << windowBits;
    }

    void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
        occupancy.enter();
        boolean complete = false;
        try {
            requireIntact();
            encodePart(part, last, out);
            complete = true;
        } finally {
            if (!complete) {
                failed = true;
                discard();
            }
            if (occupancy.leave()) {
                release();
            }
        }
    }

    void close() {
        if (occupancy.close()) {
            release();
        }
    }

    /** After a failure the peer's window lacks the lost output, so nothing more can be sent. */
    private void requireIntact() {
        if (failed) {
            throw new IllegalStateException("an earlier message failed half-way");
        }
    }

    private void encodePart(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
        Scratch scratch = scratches.borrow(this);
        boolean complete = false;
        try {
            compress(part, last, scratch, out);
            if (last) {
                finishMessage(scratch, out);
            }
            complete = true;
        } finally {
            if (complete) {
                scratches.giveBack(scratch, this);
            } else {
                scratches.discard(scratch, this);
            }
        }
    }

    private void compress(ByteBuffer part, boolean last, Scratch scratch, Consumer<ByteBuffer> out) {
        if (part.hasRemaining()) {
            messageHasInput = true;
            acquire();
        }
        while (part.hasRemaining()) {
            if (segmented && segmentLeftBytes == 0) {
                drain(Deflater.FULL_FLUSH, scratch, out);
                segmentLeftBytes = windowBytes;
            }
            borrowed.deflater.setInput(nextPiece(part));
            // The flush at the message's end also compresses its input, which saves a call.
            if (!last || part.hasRemaining()) {
                drain(Deflater.NO_FLUSH, scratch, out);
            }
        }
    }

    private void acquire() {
        if (borrowed == null) {
            borrowed = deflaters.borrow(this);
            segmentLeftBytes = windowBytes;
        }
    }

    private ByteBuffer nextPiece(ByteBuffer part) {
        int length = segmented ? Math.min(part.remaining(), segmentLeftBytes) : part.remaining();
        ByteBuffer piece = part.slice(part.position(), length);
        part.position(part.position() + length);
        segmentLeftBytes -= segmented ? length : 0;
        return piece;
    }

    /** A partly filled output buffer means that the deflater has no more output. */
    private void drain(int mode, Scratch scratch, Consumer<ByteBuffer> out) {
        int length;
        do {
            length = borrowed.deflater.deflate(scratch.bytes, 0, Scratch.BYTES, mode);
            emit(scratch, length, out);
        } while (length == Scratch.BYTES);
    }

    private void finishMessage(Scratch scratch, Consumer<ByteBuffer> out) {
        if (messageHasInput) {
            flushWithoutTail(scratch, out);
        } else {
            // RFC 7692 section 7.2.3.6: for no input the deflater may write nothing, so this writes the start
            // of an empty block.
            scratch.bytes[0] = 0;
            emit(scratch, 1, out);
        }
        messageHasInput = false;
        if (!contextTakeover) {
            release();
        }
    }

    /**
     * Holds back the last bytes, which may be the tail, at the start of the scratch buffer until it is known
     * whether more follows.
     */
    private void flushWithoutTail(Scratch scratch, Consumer<ByteBuffer> out) {
        int filled = 0;
        boolean full;
        do {
            filled += borrowed.deflater.deflate(scratch.bytes, filled, Scratch.BYTES - filled,
                    Deflater.SYNC_FLUSH);
            full = filled == Scratch.BYTES;
            emit(scratch, filled - TAIL_BYTES, out);
            System.arraycopy(scratch.bytes, filled - TAIL_BYTES, scratch.bytes, 0, TAIL_BYTES);
            filled = TAIL_BYTES;
        } while (full);
    }

    private static void emit(Scratch scratch, int length, Consumer<ByteBuffer> out) {
        if (length > 0) {
            out.accept(scratch.first(length));
        }
    }

    private void release() {
        PooledDeflater released = borrowed;
        borrowed = null;
        if (released != null && messageHasInput) {
            deflaters.discard(released, this);
        } else if (released != null) {
            deflaters.giveBack(released, this);
        }
    }

    private void discard() {
        if (borrowed != null) {
            deflaters.discard(borrowed, this);
            borrowed = null;
        }
    }

    /** A compressor of raw DEFLATE, some 260 KiB of native memory. */
    static final class PooledDeflater extends Poolable {
        private static final byte[] NOTHING = {};

        final Deflater deflater;

        PooledDeflater(int level) {
            deflater = new Deflater(level, true);
        }

        @Override
        protected void renew() {
            deflater.reset();
        }

        @Override
        protected void forget() {
            deflater.setInput(NOTHING);
        }

        @Override
        protected void end() {
            deflater.end();
        }
    }
}
