package io.duplex.internal.session;

import io.duplex.Delivery;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.Utf8Validator;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Block;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.OverBudgetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes messages of payloads, which come in parts, in order, after decompression. It bounds their size and
 * checks text as it arrives, so the first wrong byte fails (RFC 6455 section 8.1). A message that arrives in
 * one piece is passed on where it lies. Otherwise its memory grows with the bytes that have come: it never
 * has more than {@value #GROWTH} times their number, whatever was announced, and all growing together copies
 * less than a third of the message. A large message is in a {@link Block}, and a transport may read the rest
 * of it there. With {@link Delivery#PARTS} it passes parts on as they come, and keeps the up
 * to three bytes of an unfinished character. It owns no memory between messages. Receive thread only.
 */
final class MessageAssembler {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    /**
     * Room for a few short fragments; a flood of connections with one byte each must not cost kilobytes
     * each.
     */
    private static final int FIRST_BYTES = 256;
    /** Memory that is too small is replaced by some for this many times the bytes that have come. */
    private static final int GROWTH = 4;
    /** Less is copied: the bytes after it then come in the same read. */
    private static final int MIN_TARGET_BYTES = 16 << 10;
    /** What an inflater holds outside of the heap: its window of 2^15 bytes, and tables. */
    private static final int INFLATER_BYTES = 48 << 10;

    private final Utf8Validator utf8 = new Utf8Validator();
    /** Null while it serves no connection, as the next three. */
    private Callbacks callbacks;
    private PayloadSlices slices;
    private MemoryBudget memory;
    private boolean inParts;
    private long maxMessageBytes;

    private boolean text;
    private long messageBytes;
    /** What is held of the message, or of an unfinished character: the first {@code count} bytes. */
    private ByteBuffer held = NONE;
    private int count;
    /** Whose buffer {@link #held} is; null if that is an array. */
    private Block block;
    /** A view of {@link #held} that the transport reads into; null if it has none. */
    private ByteBuffer target;
    /**
     * The length of the whole message; {@link Long#MAX_VALUE} until the header of its last frame has come.
     */
    private long finalBytes = Long.MAX_VALUE;
    /** Where the frame under way ends in the message; 0 if that is not known, since it is compressed. */
    private long announcedBytes;
    private int inflaterBytes;
    private long reservedBytes;
    /** Whole messages since {@link #report}. */
    private int unreportedMessages;
    private long unreportedBytes;

    /** Makes this as new. It serves no connection then. */
    void reset() {
        callbacks = null;
        slices = null;
        memory = null;
        begin(false);
        inflaterBytes = 0;
        reservedBytes = 0;
        unreportedMessages = 0;
        unreportedBytes = 0;
    }

    /** Serves a connection from now on, between two messages. */
    void serve(ConnectionContext context, Delivery delivery, Callbacks receiver, PayloadSlices itsSlices) {
        callbacks = receiver;
        slices = itsSlices;
        memory = context.memory();
        inParts = delivery == Delivery.PARTS;
        maxMessageBytes = context.options().limits().maxMessageBytes();
    }

    // ---- what comes ---------------------------------------------------------------------------------------

    /** A message begins. */
    void begin(boolean isText) {
        text = isText;
        messageBytes = 0;
        utf8.reset();
        dropHeld();
        finalBytes = Long.MAX_VALUE;
        announcedBytes = 0;
    }

    /**
     * The header of a frame that is not compressed has come; refused before memory is taken for its payload.
     *
     * @param last whether it is the message's last frame
     */
    void announce(long bytes, boolean last) throws WebSocketProtocolException {
        if (bytes > maxMessageBytes - messageBytes) {
            throw tooBig(last ? "a message of" : "a message of at least", messageBytes + bytes);
        }
        announcedBytes = messageBytes + bytes;
        finalBytes = last ? messageBytes + bytes : Long.MAX_VALUE;
    }

    /** The next part, between two absolute indexes of a buffer that is lent for the call. */
    void part(ByteBuffer bytes, int from, int to, boolean last) throws WebSocketProtocolException {
        messageBytes += to - from;
        if (messageBytes > maxMessageBytes) {
            throw tooBig("a message of at least", messageBytes);
        }
        if (text && !(utf8.accept(bytes, from, to) && (!last || utf8.atBoundary()))) {
            throw new WebSocketProtocolException(ProtocolError.TEXT_NOT_UTF8);
        }
        if (last) {
            unreportedMessages++;
            unreportedBytes += messageBytes;
        }
        if (inParts) {
            passOn(bytes, from, to, last);
        } else if (last && count == 0) {
            deliver(bytes, from, to);
        } else {
            hold(bytes, from, to - from);
            if (last) {
                deliverHeld();
            }
        }
    }

    private WebSocketProtocolException tooBig(String what, long bytes) {
        return WebSocketProtocolException.tooMuch(ProtocolError.MESSAGE_TOO_BIG, what, bytes, maxMessageBytes,
                "Limits.maxMessageBytes");
    }

    // ---- whole messages -----------------------------------------------------------------------------------

    private void deliver(ByteBuffer whole, int from, int to) {
        if (text) {
            callbacks.text(textOf(whole, from, to - from), to - from);
        } else {
            callbacks.binary(slices.of(whole, from, to), false);
        }
    }

    private static String textOf(ByteBuffer bytes, int from, int length) {
        if (bytes.hasArray()) {
            return new String(bytes.array(), bytes.arrayOffset() + from, length, StandardCharsets.UTF_8);
        }
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    private void deliverHeld() {
        if (block == null) {
            deliverArray();
        } else {
            deliverBlock();
        }
        reserve(0);
    }

    private void deliverArray() {
        byte[] bytes = held.array();
        int length = count;
        dropHeld();
        if (callbacks.keepsMessages()) {
            // It may wait for long, so it does not take along the room into which it might have grown.
            bytes = bytes.length / 2 > length ? Arrays.copyOf(bytes, length) : bytes;
            reserve(0);
        }
        if (text) {
            callbacks.text(new String(bytes, 0, length, StandardCharsets.UTF_8), length);
        } else {
            callbacks.binary(ByteBuffer.wrap(bytes, 0, length).slice().asReadOnlyBuffer(), true);
        }
    }

    private void deliverBlock() {
        Block memoryOfIt = block;
        int length = count;
        block = null;
        dropHeld();
        ByteBuffer bytes = memoryOfIt.bytes().clear();
        boolean intact = false;
        try {
            if (callbacks.keepsMessages()) {
                // They copy it, and account for the copy.
                reserve(0);
            }
            deliver(bytes, 0, length);
            intact = true;
        } finally {
            if (intact) {
                memoryOfIt.giveBack(this);
            } else {
                memoryOfIt.discard(this);
            }
        }
    }

    private void hold(ByteBuffer part, int from, int length) {
        if (part != target || from != count) {
            if (held.capacity() - count < length) {
                grow(count + length);
            }
            held.put(count, part, from, length);
        }
        count += length;
        if (block != null && count == held.capacity() && announcedBytes - messageBytes >= MIN_TARGET_BYTES) {
            // Now, so that the transport reads the rest of the frame where it belongs.
            grow(count + 1);
        }
    }

    private void grow(int needed) {
        int capacity = capacityFor(needed);
        reserve(capacity);
        Block larger = capacity < Block.MIN_BYTES ? null : Block.borrow(capacity, this);
        ByteBuffer bytes = larger == null ? ByteBuffer.allocate(capacity) : larger.bytes();
        bytes.put(0, held, 0, count);
        if (block != null) {
            block.giveBack(this);
        }
        held = bytes;
        block = larger;
        target = null;
    }

    /**
     * Only the message's last frame may cap the growth. The headers before it announce no more than a
     * fragment, and an array that grew by fragments would be copied for each of them.
     */
    private int capacityFor(int needed) {
        long grown = Math.max(FIRST_BYTES, (long) needed * GROWTH);
        int capacity = (int) Math.max(needed, Math.min(grown, Math.min(finalBytes, maxMessageBytes)));
        if (capacity < Block.MIN_BYTES) {
            return capacity;
        }
        int size = Block.sizeFor(capacity);
        // A little more is fine: a read of 64 KiB with a header in it has slightly fewer bytes of payload.
        return size - Block.MIN_BYTES > grown ? size / 2 : size;
    }

    /**
     * Returns memory of the message into which the rest of its frame should be read; null if it should not.
     */
    ByteBuffer readTarget() {
        long remaining = announcedBytes - messageBytes;
        if (block == null || inParts || remaining < MIN_TARGET_BYTES || count == held.capacity()) {
            // The memory may be full when a frame is announced; it grows with the frame's first bytes.
            return null;
        }
        int room = (int) Math.min(held.capacity() - count, remaining);
        // A view of its own: the transport may still query it when the block has its next borrower.
        target = held.duplicate().limit(count + room).position(count);
        return target.isDirect() ? target : null;
    }

    /** No callback has a view of it: those that do get it from {@link #deliverBlock}. */
    private void dropHeld() {
        if (block != null) {
            block.giveBack(this);
            block = null;
        }
        held = NONE;
        target = null;
        count = 0;
    }

    // ---- parts --------------------------------------------------------------------------------------------

    private void passOn(ByteBuffer part, int from, int to, boolean last) {
        if (from == to && !last) {
            return;
        }
        if (text) {
            callbacks.textPart(decode(part, from, to - from), last, messageBytes);
        } else {
            callbacks.binaryPart(slices.of(part, from, to), last, messageBytes);
        }
    }

    private String decode(ByteBuffer part, int from, int length) {
        byte[] bytes = new byte[count + length];
        held.get(0, bytes, 0, count);
        part.get(from, bytes, count, length);
        int whole = bytes.length - unfinishedBytes(bytes);
        count = bytes.length - whole;
        held = count == 0 ? NONE : ByteBuffer.wrap(Arrays.copyOfRange(bytes, whole, bytes.length));
        return new String(bytes, 0, whole, StandardCharsets.UTF_8);
    }

    /** Returns how many bytes at the end begin a character without ending it; all bytes are valid so far. */
    private static int unfinishedBytes(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int value = bytes[bytes.length - back] & 0xFF;
            if (value >= 0xC0) {
                int needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return back < needed ? back : 0;
            }
            if (value < 0x80) {
                return 0;
            }
        }
        return 0;
    }

    // ---- memory and counters ------------------------------------------------------------------------------

    /**
     * A read has ended.
     *
     * @param inflating whether it ended inside a compressed message, whose inflater holds memory
     * @throws OverBudgetException if there is no room for that
     */
    void inflating(boolean inflating) {
        int bytes = inflating ? INFLATER_BYTES : 0;
        if (bytes != inflaterBytes) {
            inflaterBytes = bytes;
            reserve(inParts ? 0 : held.capacity());
        }
    }

    private void reserve(int assembledBytes) {
        reservedBytes = memory.resize(reservedBytes, (long) assembledBytes + inflaterBytes);
    }

    /** Drops an unfinished message, and what is reserved for it. */
    void release() {
        begin(false);
        inflaterBytes = 0;
        reserve(0);
    }

    /** Counts what has come whole. */
    void report(Traffic traffic) {
        if (unreportedMessages > 0) {
            traffic.received(unreportedMessages, unreportedBytes);
            unreportedMessages = 0;
            unreportedBytes = 0;
        }
    }
}
