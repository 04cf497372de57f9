package io.duplex.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads frames (RFC 6455 section 5.2) and checks their syntax. It does not know which frame may come when,
 * assembles no message, and owns no buffer: of a partial header it keeps the decoded fields, of a payload
 * nothing.
 *
 * <p>
 * The caller pulls: it calls {@link #next} with the same buffer until that returns {@link Event#NEED_MORE}.
 * Bytes may be cut anywhere; the events differ only in how a payload is divided. One thread at a time.
 * Nothing is allocated for a frame.
 *
 * <p>
 * A check is made at the byte that proves the fault, so the error does not depend on how the bytes are cut.
 * In order:
 * <ol>
 * <li>byte 0: RESERVED_OPCODE, RESERVED_BIT, CONTROL_FRAGMENTED;
 * <li>byte 1: UNMASKED_FRAME or MASKED_FRAME, CONTROL_TOO_LONG;
 * <li>the length bytes: LENGTH_TOP_BIT_SET, LENGTH_NOT_SHORTEST;
 * <li>the length's last byte, which may be byte 1: FRAME_TOO_BIG, for data frames.
 * </ol>
 */
public final class FrameReader {
    /** The results of {@link #next}. */
    public enum Event {
        /** The input is consumed; call again with more. */
        NEED_MORE,
        /** A header is complete and its syntax is right. */
        HEADER,
        /** A part of the payload, or all of it. */
        PAYLOAD
    }

    /** The meaning of the next byte. */
    private enum Stage {
        FIRST_BYTE, SECOND_BYTE, LENGTH, KEY, PAYLOAD, FAILED
    }

    private boolean expectMasked;
    private long maxFrameBytes;
    private int allowedReservedBits;

    private Stage stage = Stage.FIRST_BYTE;
    /** Missing bytes of the length or of the key. */
    private int missingBytes;
    private boolean wideLength;

    private Opcode opcode = Opcode.CONTINUATION;
    private boolean fin;
    private int reservedBits;
    private long payloadLength;
    private int key;

    private long remainingBytes;
    private int payloadStart;
    private int payloadEnd;

    /**
     * Creates a reader at the start of a frame. It allows no reserved bit.
     *
     * @param expectMasked true to read a client's frames, which must be masked; false for a server's, which
     * must not
     * @param maxFrameBytes the maximum payload of a data frame in bytes, not negative
     * @throws IllegalArgumentException if the limit is negative
     */
    public FrameReader(boolean expectMasked, long maxFrameBytes) {
        reset(expectMasked, maxFrameBytes);
    }

    /**
     * Resets this to the start of a frame, also after a failure. It allows no reserved bit.
     *
     * @param expectMasked true to read a client's frames, which must be masked; false for a server's, which
     * must not
     * @param maxFrameBytes the maximum payload of a data frame in bytes, not negative
     * @throws IllegalArgumentException if the limit is negative
     */
    public void reset(boolean expectMasked, long maxFrameBytes) {
        if (maxFrameBytes < 0) {
            throw new IllegalArgumentException("negative frame limit " + maxFrameBytes);
        }
        this.expectMasked = expectMasked;
        this.maxFrameBytes = maxFrameBytes;
        allowedReservedBits = 0;
        stage = Stage.FIRST_BYTE;
        opcode = Opcode.CONTINUATION;
        fin = false;
        reservedBits = 0;
        payloadLength = 0;
        wideLength = false;
        missingBytes = 0;
        key = 0;
        remainingBytes = 0;
        payloadStart = 0;
        payloadEnd = 0;
    }

    /**
     * Sets the reserved bits that the negotiated extensions use. They are accepted on a message's first frame
     * only, never on control and continuation frames.
     *
     * @param bits 0 to 7: 4 is RSV1, 2 is RSV2, 1 is RSV3
     * @throws IllegalArgumentException if it is another number
     */
    public void allowReservedBits(int bits) {
        FrameHeader.requireReservedBits(bits);
        allowedReservedBits = bits;
    }

    /**
     * Reads the next part. After {@link Event#HEADER} come one or more {@link Event#PAYLOAD}, the last with
     * {@link #frameEnds()}; an empty frame has exactly one, which needs no further input. A payload is
     * unmasked where it lies, so the buffer must not be read-only if frames are masked.
     *
     * @param src the input, from the position on; the position advances past the bytes that were read
     * @return the event; {@link Event#NEED_MORE} only when all of {@code src} has been read
     * @throws WebSocketProtocolException if the syntax is wrong; the reader must not be used again before
     *         {@link #reset}
     * @throws IllegalStateException if an earlier call has thrown
     */
    public Event next(ByteBuffer src) throws WebSocketProtocolException {
        switch (stage) {
            case PAYLOAD -> {
                return payload(src);
            }
            case FAILED -> throw new IllegalStateException("the reader has failed");
            default -> readHeader(src);
        }
        return stage == Stage.PAYLOAD ? Event.HEADER : Event.NEED_MORE;
    }

    private void readHeader(ByteBuffer src) throws WebSocketProtocolException {
        try {
            if (stage == Stage.FIRST_BYTE && holdsWholeHeader(src)) {
                wholeHeader(src);
            } else {
                restOfHeader(src);
            }
        } catch (WebSocketProtocolException e) {
            stage = Stage.FAILED;
            throw e;
        }
    }

    private static boolean holdsWholeHeader(ByteBuffer src) {
        int available = src.remaining();
        if (available < 2) {
            return false;
        }
        int second = src.get(src.position() + 1);
        boolean masked = (second & FrameHeader.MASK_BIT) != 0;
        return available >= FrameHeader.headerBytesFor(second & FrameHeader.LENGTH_BITS, masked);
    }

    /** The same steps as {@link #restOfHeader}, without checking before each byte whether there is one. */
    private void wholeHeader(ByteBuffer src) throws WebSocketProtocolException {
        int at = src.position();
        firstByte(src.get(at++));
        secondByte(src.get(at++));
        while (stage == Stage.LENGTH) {
            lengthByte(src.get(at++));
        }
        if (stage == Stage.KEY) {
            int word = src.getInt(at);
            at += Integer.BYTES;
            key = src.order() == ByteOrder.BIG_ENDIAN ? word : Integer.reverseBytes(word);
            stage = Stage.PAYLOAD;
        }
        src.position(at);
    }

    private void restOfHeader(ByteBuffer src) throws WebSocketProtocolException {
        while (src.hasRemaining() && stage != Stage.PAYLOAD) {
            switch (stage) {
                case FIRST_BYTE -> firstByte(src.get());
                case SECOND_BYTE -> secondByte(src.get());
                case LENGTH -> lengthByte(src.get());
                case KEY -> keyByte(src.get());
                case PAYLOAD, FAILED -> throw new AssertionError(stage);
            }
        }
    }

    private void firstByte(byte value) throws WebSocketProtocolException {
        opcode = Opcode.of(value);
        fin = (value & FrameHeader.FIN_BIT) != 0;
        reservedBits = value >>> FrameHeader.RESERVED_BITS_SHIFT & FrameHeader.ALL_RESERVED_BITS;
        int allowed = opcode.beginsMessage() ? allowedReservedBits : 0;
        require((reservedBits & ~allowed) == 0, ProtocolError.RESERVED_BIT);
        require(fin || !opcode.isControl(), ProtocolError.CONTROL_FRAGMENTED);
        stage = Stage.SECOND_BYTE;
    }

    private void secondByte(byte value) throws WebSocketProtocolException {
        boolean masked = (value & FrameHeader.MASK_BIT) != 0;
        require(masked || !expectMasked, ProtocolError.UNMASKED_FRAME);
        require(!masked || expectMasked, ProtocolError.MASKED_FRAME);
        int lengthBits = value & FrameHeader.LENGTH_BITS;
        require(lengthBits <= FrameHeader.MAX_CONTROL_PAYLOAD_BYTES || !opcode.isControl(),
                ProtocolError.CONTROL_TOO_LONG);
        if (lengthBits < FrameHeader.LENGTH_16) {
            payloadLength = lengthBits;
            lengthIsKnown();
        } else {
            payloadLength = 0;
            wideLength = lengthBits == FrameHeader.LENGTH_64;
            missingBytes = wideLength ? Long.BYTES : Short.BYTES;
            stage = Stage.LENGTH;
        }
    }

    private void lengthByte(byte value) throws WebSocketProtocolException {
        payloadLength = payloadLength << Byte.SIZE | value & 0xFF;
        missingBytes--;
        if (wideLength) {
            require(missingBytes != Long.BYTES - 1 || value >= 0, ProtocolError.LENGTH_TOP_BIT_SET);
            // Six zero bytes: the last two alone would have been enough.
            require(missingBytes != Short.BYTES || payloadLength != 0, ProtocolError.LENGTH_NOT_SHORTEST);
        } else {
            require(missingBytes != 0 || payloadLength >= FrameHeader.LENGTH_16,
                    ProtocolError.LENGTH_NOT_SHORTEST);
        }
        if (missingBytes == 0) {
            lengthIsKnown();
        }
    }

    private void lengthIsKnown() throws WebSocketProtocolException {
        if (payloadLength > maxFrameBytes && !opcode.isControl()) {
            throw WebSocketProtocolException.tooMuch(ProtocolError.FRAME_TOO_BIG, "a frame of", payloadLength,
                    maxFrameBytes,
                    "Limits.maxFrameBytes");
        }
        remainingBytes = payloadLength;
        missingBytes = Integer.BYTES;
        stage = expectMasked ? Stage.KEY : Stage.PAYLOAD;
    }

    private void keyByte(byte value) {
        key = key << Byte.SIZE | value & 0xFF;
        missingBytes--;
        if (missingBytes == 0) {
            stage = Stage.PAYLOAD;
        }
    }

    private static void require(boolean condition, ProtocolError otherwise)
            throws WebSocketProtocolException {
        if (!condition) {
            throw new WebSocketProtocolException(otherwise);
        }
    }

    private Event payload(ByteBuffer src) {
        int available = (int) Math.min(src.remaining(), remainingBytes);
        if (available == 0 && remainingBytes != 0) {
            return Event.NEED_MORE;
        }
        payloadStart = src.position();
        payloadEnd = payloadStart + available;
        if (expectMasked) {
            key = Mask.apply(src, payloadStart, payloadEnd, key);
        }
        src.position(payloadEnd);
        remainingBytes -= available;
        if (remainingBytes == 0) {
            stage = Stage.FIRST_BYTE;
        }
        return Event.PAYLOAD;
    }

    /**
     * Tells whether the next byte starts a frame.
     *
     * @return true if no frame is unfinished
     */
    public boolean atBoundary() {
        return stage == Stage.FIRST_BYTE;
    }

    /**
     * Returns the opcode. Like the other fields of the header it is valid from {@link Event#HEADER} to the
     * frame's last {@link Event#PAYLOAD}.
     *
     * @return the opcode
     */
    public Opcode opcode() {
        return opcode;
    }

    /**
     * Tells whether the frame is the last of its message.
     *
     * @return true if the FIN bit is set
     */
    public boolean fin() {
        return fin;
    }

    /**
     * Returns the frame's reserved bits; only allowed ones are ever set.
     *
     * @return 0 to 7: 4 is RSV1, 2 is RSV2, 1 is RSV3
     */
    public int reservedBits() {
        return reservedBits;
    }

    /**
     * Returns the length of the frame's whole payload.
     *
     * @return bytes, not negative
     */
    public long payloadLength() {
        return payloadLength;
    }

    /**
     * Returns the start of this part of the payload. Valid until the next call of {@link #next}.
     *
     * @return an absolute index into the buffer that {@code next} was given
     */
    public int payloadStart() {
        return payloadStart;
    }

    /**
     * Returns the end of this part of the payload. Valid until the next call of {@link #next}.
     *
     * @return the absolute index after the part's last byte
     */
    public int payloadEnd() {
        return payloadEnd;
    }

    /**
     * Tells whether the frame ends with this part of the payload. Valid after {@link Event#PAYLOAD} only.
     *
     * @return true if it was the frame's last part
     */
    public boolean frameEnds() {
        return remainingBytes == 0;
    }
}
