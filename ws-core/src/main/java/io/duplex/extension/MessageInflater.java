package io.duplex.extension;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses incoming messages (RFC 7692 section 7.2.2), in pieces of at most {@link Scratch#BYTES}, so the
 * sink can stop a message one piece after its limit. The inflater's 2^15 bytes cover every window that a peer
 * may use.
 *
 * <p>A message must end where its sender cut off the tail: in an empty block without compression. The tail
 * that is appended here is followed by one more empty block; a stream at the start of a block consumes both
 * without output, and a message without its end is refused before it can damage the next one. Without context
 * takeover that is exact. With it one case remains: a message that ends within the code table of a block is
 * taken for a shorter message, and a later one fails, because the JDK does not tell where in a block its
 * inflater is.
 *
 * <p>One thread at a time calls {@link #decode}; {@link #close} may come from any thread. Between calls no
 * scratch buffer is held; between messages no inflater either, unless the context is taken over.
 */
final class MessageInflater {
    /** The tail of section 7.2.2, and an empty final block: the inflater must be finished then. */
    private static final byte[] TAIL_AND_FINAL_BLOCK = { 0, 0, -1, -1, 1, 0, 0, -1, -1 };

    /** The tail, and an empty block that is not the final one: the next message goes on from here. */
    private static final byte[] TAIL_AND_BLOCK = { 0, 0, -1, -1, 0, 0, 0, -1, -1 };

    private final Pool<PooledInflater> inflaters;
    private final Pool<Scratch> scratches;
    private final boolean contextTakeover;
    private final Occupancy occupancy = new Occupancy();

    /** Null while there is no message and no context to keep. */
    private PooledInflater borrowed;
    /** A message is unfinished. */
    private boolean inMessage;
    /** The last byte ended a final block, and the next block has not started. */
    private boolean betweenStreams;
    private boolean failed;
    private ProtocolError failure = ProtocolError.COMPRESSED_DATA_INVALID;

    MessageInflater(Pool<PooledInflater> inflaters, Pool<Scratch> scratches, boolean contextTakeover) {
        this.inflaters = inflaters;
        this.scratches = scratches;
        this.contextTakeover = contextTakeover;
    }

    void decode(ByteBuffer part, boolean last, Extension.Sink out) throws WebSocketProtocolException {
        occupancy.enter();
        boolean complete = false;
        try {
            requireIntact();
            decodePart(part, last, out);
            complete = true;
        } catch (WebSocketProtocolException e) {
            failure = e.error();
            throw e;
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

    private void requireIntact() throws WebSocketProtocolException {
        if (failed) {
            throw new WebSocketProtocolException(failure);
        }
    }

    private void decodePart(ByteBuffer part, boolean last, Extension.Sink out)
            throws WebSocketProtocolException {
        if (borrowed == null) {
            borrowed = inflaters.borrow(this);
        }
        inMessage = true;
        Scratch scratch = scratches.borrow(this);
        boolean complete = false;
        try {
            inflate(borrowed.inflater, part, scratch, out);
            if (last) {
                finishMessage(borrowed.inflater, scratch);
            }
            complete = true;
        } catch (DataFormatException e) {
            throw invalid();
        } finally {
            if (complete) {
                scratches.giveBack(scratch, this);
            } else {
                scratches.discard(scratch, this);
            }
        }
    }

    private void inflate(Inflater inflater, ByteBuffer part, Scratch scratch, Extension.Sink out)
            throws WebSocketProtocolException, DataFormatException {
        while (part.hasRemaining()) {
            betweenStreams = false;
            inflater.setInput(part);
            inflateStream(inflater, scratch, out);
            if (inflater.finished()) {
                restart(inflater);
            }
        }
    }

    /** Inflates until the input is consumed, or a final block ends. */
    private static void inflateStream(Inflater inflater, Scratch scratch, Extension.Sink out)
            throws WebSocketProtocolException, DataFormatException {
        while (true) {
            int length = inflater.inflate(scratch.bytes);
            if (length > 0) {
                out.accept(scratch.first(length));
            }
            if (inflater.finished() || length < Scratch.BYTES && inflater.needsInput()) {
                return;
            }
            if (length == 0) {
                // No progress: the stream asks for a preset dictionary, or the native code is stuck.
                throw invalid();
            }
        }
    }

    /**
     * RFC 7692 section 7.2.3.4 lets a sender end a message, or any part of it, with a final block. The next
     * byte starts a new DEFLATE stream; its sender started with an empty window too.
     */
    private void restart(Inflater inflater) {
        inflater.reset();
        betweenStreams = true;
    }

    private void finishMessage(Inflater inflater, Scratch scratch)
            throws WebSocketProtocolException, DataFormatException {
        // Some senders omit the byte 00 that section 7.2.3.4 requires after a final block. No tail is missing
        // then.
        if (!betweenStreams) {
            inflater.setInput(contextTakeover ? TAIL_AND_BLOCK : TAIL_AND_FINAL_BLOCK);
            boolean empty = inflater.inflate(scratch.bytes) == 0;
            if (!empty || inflater.getRemaining() > 0 || inflater.finished() == contextTakeover) {
                throw invalid();
            }
        }
        betweenStreams = false;
        inMessage = false;
        if (!contextTakeover) {
            release();
        }
    }

    private static WebSocketProtocolException invalid() {
        return new WebSocketProtocolException(ProtocolError.COMPRESSED_DATA_INVALID);
    }

    /** Discards an inflater that is inside a message. */
    private void release() {
        PooledInflater released = borrowed;
        borrowed = null;
        betweenStreams = false;
        if (released != null && inMessage) {
            inflaters.discard(released, this);
        } else if (released != null) {
            inflaters.giveBack(released, this);
        }
    }

    private void discard() {
        if (borrowed != null) {
            inflaters.discard(borrowed, this);
            borrowed = null;
        }
    }

    /** A decompressor of raw DEFLATE, some 40 KiB of native memory. */
    static final class PooledInflater extends Poolable {
        private static final byte[] NOTHING = {};

        final Inflater inflater;

        PooledInflater() {
            inflater = new Inflater(true);
        }

        @Override
        protected void renew() {
            inflater.reset();
        }

        @Override
        protected void forget() {
            inflater.setInput(NOTHING);
        }

        @Override
        protected void end() {
            inflater.end();
        }
    }
}
