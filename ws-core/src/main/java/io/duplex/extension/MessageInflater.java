package io.duplex.extension;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Pool;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses incoming messages (RFC 7692 section 7.2.2), in pieces of at most {@link Scratch#BYTES}, so
 * that the sink stops a message that grows too big after one piece too many. Every window that a peer may
 * have agreed to is covered by the inflater's 2^15 bytes.
 *
 * <p>A message must end where its sender cut off the tail: in an empty block without compression. The tail
 * that is appended here is followed by one more empty block; a stream that stands at a block's start swallows
 * both without putting anything out, and a message that lacks its end is refused instead of spoiling the next
 * one. Without context takeover that is exact. With it one case is left: a message that breaks off within the
 * code table of a block ends as a shorter message, and a later one fails, because the JDK does not say where
 * in a block its inflater stands.
 *
 * <p>One thread at a time calls {@link #decode}; {@link #close} may come from any thread. Between calls no
 * scratch buffer is held; between messages no inflater either, unless the window is taken over.
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

    /** Null while there is no message and no window to keep. */
    private PooledInflater borrowed;
    /** A message has begun and not ended. */
    private boolean inMessage;
    /** The last byte ended a final block, and none of the next block has come yet. */
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

    /** Until the input is used up, or a final block ended before that. */
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
                // Neither input nor output moved: a preset dictionary is asked for, or the native code is
                // stuck.
                throw invalid();
            }
        }
    }

    /**
     * RFC 7692 section 7.2.3.4 lets a sender end a message, or any part of it, by a final block. What follows
     * is a DEFLATE stream of its own, from the next byte on; its sender began with an empty window too.
     */
    private void restart(Inflater inflater) {
        inflater.reset();
        betweenStreams = true;
    }

    private void finishMessage(Inflater inflater, Scratch scratch)
            throws WebSocketProtocolException, DataFormatException {
        // Some senders leave out the byte 00 that section 7.2.3.4 wants behind a final block. Nothing is cut
        // off then.
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

    /** An inflater inside a message is not returned. */
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
}
