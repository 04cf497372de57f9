package io.duplex.frame;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Checks that bytes are UTF-8 (RFC 3629) as they arrive, in parts of any size; a character may be cut
 * anywhere. It decodes nothing and keeps no bytes, only where it is in a character.
 *
 * <p>
 * RFC 6455 section 8.1 lets an endpoint fail a text message at any time; this check fails at the first byte
 * after which no continuation could make the text valid. So an overlong form, a surrogate or a value above
 * U+10FFFF is refused at its second byte, and a byte that never occurs in UTF-8 at once.
 *
 * <p>
 * One instance checks one message at a time, on one thread at a time; {@link #reset()} makes it ready for the
 * next. It allocates nothing.
 */
public final class Utf8Validator {
    /**
     * A state is the shift that moves its column of {@link #NEXT} to the low six bits, so a step is one load
     * and one shift, without a branch. Wrong bytes lead to state 0, which no byte leaves, so one check after
     * a run of bytes is enough.
     */
    private static final int INVALID = 0;
    private static final int BOUNDARY = 6;
    /** One, two or three more bytes of 80 to BF. */
    private static final int ONE_MORE = 12;
    private static final int TWO_MORE = 18;
    private static final int THREE_MORE = 24;
    /**
     * The lead bytes whose second byte has a smaller range: no overlong form, no surrogate, nothing above
     * U+10FFFF.
     */
    private static final int AFTER_E0 = 30;
    private static final int AFTER_ED = 36;
    private static final int AFTER_F0 = 42;
    private static final int AFTER_F4 = 48;

    /** For each byte a row of nine six-bit columns: the state that follows each state. */
    private static final long[] NEXT = new long[256];

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int STATE_BITS = 0x3F;

    static {
        allow(BOUNDARY, 0x00, 0x7F, BOUNDARY);
        allow(BOUNDARY, 0xC2, 0xDF, ONE_MORE);
        allow(BOUNDARY, 0xE0, 0xE0, AFTER_E0);
        allow(BOUNDARY, 0xE1, 0xEC, TWO_MORE);
        allow(BOUNDARY, 0xED, 0xED, AFTER_ED);
        allow(BOUNDARY, 0xEE, 0xEF, TWO_MORE);
        allow(BOUNDARY, 0xF0, 0xF0, AFTER_F0);
        allow(BOUNDARY, 0xF1, 0xF3, THREE_MORE);
        allow(BOUNDARY, 0xF4, 0xF4, AFTER_F4);
        allow(AFTER_E0, 0xA0, 0xBF, ONE_MORE);
        allow(AFTER_ED, 0x80, 0x9F, ONE_MORE);
        allow(AFTER_F0, 0x90, 0xBF, TWO_MORE);
        allow(AFTER_F4, 0x80, 0x8F, TWO_MORE);
        allow(THREE_MORE, 0x80, 0xBF, TWO_MORE);
        allow(TWO_MORE, 0x80, 0xBF, ONE_MORE);
        allow(ONE_MORE, 0x80, 0xBF, BOUNDARY);
    }

    private int state = BOUNDARY;

    /** Creates a validator at the start of a text. */
    public Utf8Validator() {}

    private static void allow(int state, int firstByte, int lastByte, int next) {
        for (int value = firstByte; value <= lastByte; value++) {
            NEXT[value] |= (long) next << state;
        }
    }

    /**
     * Checks the text's next bytes. The buffer's content, position and limit do not change. Once a text is
     * invalid it stays so until {@link #reset()}.
     *
     * @param buffer the buffer that holds the bytes
     * @param from the absolute index of the first byte
     * @param to the absolute index after the last byte
     * @return false if one of these bytes, or one before them, makes the text invalid whatever may follow
     * @throws IndexOutOfBoundsException if the range is not within 0 and the limit
     */
    public boolean accept(ByteBuffer buffer, int from, int to) {
        Objects.checkFromToIndex(from, to, buffer.limit());
        int index = from;
        int current = state;
        while (index <= to - Long.BYTES && current != INVALID) {
            if (current != BOUNDARY || (buffer.getLong(index) & HIGH_BITS) != 0) {
                current = walk(buffer, index, index + Long.BYTES, current);
            }
            index += Long.BYTES;
        }
        state = walk(buffer, index, to, current);
        return state != INVALID;
    }

    /**
     * The long has junk bits above the state. A shift uses six bits only, so they are cut off once, at the
     * end.
     */
    private static int walk(ByteBuffer buffer, int from, int to, int state) {
        long current = state;
        for (int index = from; index < to; index++) {
            current = NEXT[buffer.get(index) & 0xFF] >>> current;
        }
        return (int) current & STATE_BITS;
    }

    /**
     * Tells whether a text may end here.
     *
     * @return true if all bytes so far are valid and no character is unfinished
     */
    public boolean atBoundary() {
        return state == BOUNDARY;
    }

    /** Resets this: the next byte starts a new text. */
    public void reset() {
        state = BOUNDARY;
    }
}
