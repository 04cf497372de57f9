package io.duplex.extension;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.Deflater;

/**
 * Compresses outgoing messages (RFC 7692 section 7.2.1): each becomes DEFLATE blocks up to a byte boundary, without the
 * four bytes 00 00 FF FF that always end such a run of blocks.
 *
 * <p>RFC 7692 section 7.1.2 lets the peer bound the LZ77 window to 2^8 bytes, but the JDK's deflater has a window of 2^15
 * bytes only. What the peer needs is that no distance is greater than its window; so for a smaller window the input is
 * cut into segments of the window's size, and the deflater forgets its history between them (a full flush). A distance
 * then cannot reach out of its segment. That is always legal, and costs compression only where a message is longer than
 * the window: about 5 bytes a segment, and the matches across the cuts.
 *
 * <p>One thread at a time calls {@link #encode}; {@link #close} may come from any thread. Between calls no scratch buffer
 * is held; between messages no deflater either, unless the window is taken over.
 */
final class MessageDeflater {
    /** What a sync flush appends, and section 7.2.1 removes; see {@link MessageInflater}. */
    private static final int TAIL_BYTES = 4;
    private static final int WINDOW_BITS_OF_JDK = 15;

    private final CodecPool<Deflater> deflaters;
    private final CodecPool<byte[]> scratches;
    private final boolean contextTakeover;
    private final boolean segmented;
    private final int windowBytes;
    private final Occupancy occupancy = new Occupancy();

    /** Null while there is no message and no window to keep. */
    private Deflater deflater;
    private int segmentLeftBytes;
    private boolean messageHasInput;
    private boolean failed;

    MessageDeflater(CodecPool<Deflater> deflaters, CodecPool<byte[]> scratches, boolean contextTakeover,
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
                release();
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

    /** The peer's window lacks what the sink did not take, so that nothing more can be sent. */
    private void requireIntact() {
        if (failed) {
            throw new IllegalStateException("an earlier message failed half-way");
        }
    }

    private void encodePart(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
        byte[] scratch = scratches.take();
        try {
            compress(part, last, scratch, out);
            if (last) {
                finishMessage(scratch, out);
            }
        } finally {
            scratches.giveBack(scratch);
        }
    }

    private void compress(ByteBuffer part, boolean last, byte[] scratch, Consumer<ByteBuffer> out) {
        if (part.hasRemaining()) {
            messageHasInput = true;
            acquire();
        }
        while (part.hasRemaining()) {
            if (segmented && segmentLeftBytes == 0) {
                drain(Deflater.FULL_FLUSH, scratch, out);
                segmentLeftBytes = windowBytes;
            }
            deflater.setInput(nextPiece(part));
            // The flush at the message's end takes its input along, which saves a call.
            if (!last || part.hasRemaining()) {
                drain(Deflater.NO_FLUSH, scratch, out);
            }
        }
    }

    private void acquire() {
        if (deflater == null) {
            deflater = deflaters.take();
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

    /** An output buffer that did not get full says that the deflater has nothing more to give. */
    private void drain(int mode, byte[] scratch, Consumer<ByteBuffer> out) {
        int length;
        do {
            length = deflater.deflate(scratch, 0, scratch.length, mode);
            emit(scratch, length, out);
        } while (length == scratch.length);
    }

    private void finishMessage(byte[] scratch, Consumer<ByteBuffer> out) {
        if (messageHasInput) {
            flushWithoutTail(scratch, out);
        } else {
            // RFC 7692 section 7.2.3.6: the deflater may write nothing for nothing; this is the start of an empty block.
            scratch[0] = 0;
            emit(scratch, 1, out);
        }
        messageHasInput = false;
        if (!contextTakeover) {
            release();
        }
    }

    /** What could be the tail stays back, and moves to the scratch's start, until it is known whether more follows. */
    private void flushWithoutTail(byte[] scratch, Consumer<ByteBuffer> out) {
        int filled = 0;
        boolean full;
        do {
            filled += deflater.deflate(scratch, filled, scratch.length - filled, Deflater.SYNC_FLUSH);
            full = filled == scratch.length;
            emit(scratch, filled - TAIL_BYTES, out);
            System.arraycopy(scratch, filled - TAIL_BYTES, scratch, 0, TAIL_BYTES);
            filled = TAIL_BYTES;
        } while (full);
    }

    private static void emit(byte[] scratch, int length, Consumer<ByteBuffer> out) {
        if (length > 0) {
            out.accept(ByteBuffer.wrap(scratch, 0, length));
        }
    }

    private void release() {
        if (deflater != null) {
            Deflater released = deflater;
            deflater = null;
            deflaters.giveBack(released);
        }
    }
}
