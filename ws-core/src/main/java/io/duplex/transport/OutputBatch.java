package io.duplex.transport;

import java.nio.ByteBuffer;

/**
 * The bytes of one gathering write: references to memory of the layers and bytes that were copied into the
 * transport's own buffer, in order. A layer fills it in {@link ByteLayer#produce(OutputBatch, long)}; the
 * transport writes its {@linkplain #pieces pieces}. Not thread-safe; an event loop uses one batch for all its
 * connections.
 */
public final class OutputBatch {
    /** The maximum number of pieces: more in one system call would save little. */
    private static final int MAX_PIECES = 16;
    /** The maximum number of bytes, copied ones included; more than most sockets accept at once. */
    private static final int MAX_BYTES = 256 << 10;

    private enum Kind {
        /** In the transport's own buffer, which the next batch overwrites. */
        COPIED,
        /** Memory that stays unchanged until {@link ByteLayer#sent}. */
        REFERENCED,
        /** Memory of the application, which may change it after the call under way. */
        LENT
    }

    private final ByteBuffer own;
    /** Views of the own buffer, for copied pieces; made when first needed. */
    private final ByteBuffer[] ownViews = new ByteBuffer[MAX_PIECES];
    private final ByteBuffer[] pieces = new ByteBuffer[MAX_PIECES];
    private final Kind[] kinds = new Kind[MAX_PIECES];
    private int count;
    private long bytes;
    private int maxBytes = MAX_BYTES;

    /**
     * Creates an empty batch.
     *
     * @param own the buffer that bytes are copied into; best direct, so that a socket writes it as it is
     */
    public OutputBatch(ByteBuffer own) {
        this.own = own;
    }

    // ---- for layers ---------------------------------------------------------------------------------------

    /**
     * Returns how many bytes may be added by reference.
     *
     * @return 0 if the batch is full
     */
    public int referenceRoom() {
        return count < MAX_PIECES ? (int) (maxBytes - bytes) : 0;
    }

    /**
     * Adds bytes by reference.
     *
     * @param view from position to limit, at most {@link #referenceRoom} bytes; the transport moves its
     *             position. The memory must not change until {@link ByteLayer#sent} or
     *             {@link ByteLayer#released}
     */
    public void reference(ByteBuffer view) {
        add(view, Kind.REFERENCED);
    }

    /**
     * Adds bytes of the application by reference. They must be copied if they are kept after the current
     * call; {@link #takeRest} does that.
     *
     * @param view as for {@link #reference}
     */
    public void referenceLent(ByteBuffer view) {
        add(view, Kind.LENT);
    }

    private void add(ByteBuffer view, Kind kind) {
        bytes += view.remaining();
        pieces[count] = view;
        kinds[count] = kind;
        count++;
    }

    /**
     * Begins to copy: the caller puts bytes into the buffer that this returns, and then calls
     * {@link #endCopy}.
     *
     * @return the transport's own buffer; without room if the batch is full
     */
    public ByteBuffer beginCopy() {
        boolean room = count < MAX_PIECES || kinds[count - 1] == Kind.COPIED;
        long most = room ? maxBytes - bytes : 0;
        return own.limit((int) Math.min(own.capacity(), own.position() + most));
    }

    /** Adds the bytes that were put into the buffer since {@link #beginCopy}. */
    public void endCopy() {
        boolean extendsLast = count > 0 && kinds[count - 1] == Kind.COPIED;
        int start = extendsLast ? pieces[count - 1].limit() : copiedBefore();
        int copied = own.position() - start;
        if (copied == 0) {
            return;
        }
        if (extendsLast) {
            pieces[count - 1].limit(own.position());
            bytes += copied;
        } else {
            if (ownViews[count] == null) {
                ownViews[count] = own.duplicate();
            }
            add(ownViews[count].limit(own.position()).position(start), Kind.COPIED);
        }
    }

    /** Returns where the copied piece that was added last ends. */
    private int copiedBefore() {
        for (int i = count - 1; i >= 0; i--) {
            if (kinds[i] == Kind.COPIED) {
                return pieces[i].limit();
            }
        }
        return 0;
    }

    // ---- for the transport, and for a layer that takes the output of the one above ------------------------

    /** Empties the batch. */
    public void clear() {
        clear(MAX_BYTES);
    }

    /**
     * Empties the batch, and bounds the bytes that may be added until it is emptied again.
     *
     * @param most the maximum number of bytes, not negative
     */
    public void clear(int most) {
        maxBytes = Math.min(most, MAX_BYTES);
        for (int i = 0; i < count; i++) {
            pieces[i] = null;
        }
        count = 0;
        bytes = 0;
        own.clear();
    }

    /**
     * Returns how many bytes were added.
     *
     * @return bytes, whether or not they have been written since
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns the pieces to be written, in order; a write moves their positions.
     *
     * @return the first {@link #count} elements count
     */
    public ByteBuffer[] pieces() {
        return pieces;
    }

    /**
     * Returns the number of pieces.
     *
     * @return 0 if nothing was added
     */
    public int count() {
        return count;
    }

    /**
     * Says whether all pieces were written.
     *
     * @return true if nothing remains
     */
    public boolean isWritten() {
        return count == 0 || !pieces[count - 1].hasRemaining();
    }

    /**
     * Takes what remains, so that it can be kept after the call under way, when this batch serves other
     * connections: copied and lent bytes are copied, the others stay references.
     *
     * @return buffers with bytes from position to limit, in order; no empty ones
     */
    public ByteBuffer[] takeRest() {
        int first = 0;
        while (first < count && !pieces[first].hasRemaining()) {
            first++;
        }
        ByteBuffer[] rest = new ByteBuffer[count - first];
        for (int i = first; i < count; i++) {
            ByteBuffer piece = pieces[i];
            rest[i - first] = kinds[i] == Kind.REFERENCED
                    ? piece
                    : ByteBuffer.allocate(piece.remaining()).put(piece).flip();
        }
        clear();
        return rest;
    }
}
