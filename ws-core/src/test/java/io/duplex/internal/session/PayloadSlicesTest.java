package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.InvalidMarkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadSlicesTest {
    private final PayloadSlices slices = new PayloadSlices();

    private static ByteBuffer source(boolean direct) {
        ByteBuffer source = direct ? ByteBuffer.allocateDirect(100) : ByteBuffer.allocate(100);
        return source.put(Payload.of("headerPAYLOADnext").bytes()).flip();
    }

    /** Whether a buffer is as user code must see it: its payload, all of it, and nothing else. */
    static boolean isExact(ByteBuffer payload) {
        return payload.isReadOnly() && !payload.hasArray() && payload.position() == 0
                && payload.limit() == payload.capacity() && payload.order() == ByteOrder.BIG_ENDIAN
                && hasNoMark(payload);
    }

    private static boolean hasNoMark(ByteBuffer payload) {
        try {
            payload.reset();
            return false;
        } catch (InvalidMarkException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aSliceIsExactlyThePayload(boolean direct) {
        ByteBuffer source = source(direct);
        slices.begin(source);
        ByteBuffer payload = slices.of(source, 6, 13);
        assertTrue(isExact(payload));
        assertEquals(direct, payload.isDirect());
        assertEquals(Payload.of("PAYLOAD"), Payload.copyOf(payload.clear()));
        assertThrows(IndexOutOfBoundsException.class, () -> payload.get(7));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void whatAHandlerDidToASliceIsUndoneBeforeItsNextUse(boolean direct) {
        ByteBuffer source = source(direct);
        slices.begin(source);
        ByteBuffer payload = slices.of(source, 6, 13);
        payload.order(ByteOrder.LITTLE_ENDIAN).position(3).mark().limit(5);
        slices.begin(source);
        assertSame(payload, slices.of(source, 6, 13));
        assertTrue(isExact(payload));
    }

    @Test
    void messagesOfOneReceivingCallHaveDifferentSlices() {
        ByteBuffer source = source(false);
        ByteBuffer[] first = new ByteBuffer[PayloadSlices.MAX_KEPT];
        for (int round = 0; round < 3; round++) {
            slices.begin(source);
            for (int i = 0; i < first.length; i++) {
                ByteBuffer slice = slices.of(source, 6, 13);
                assertEquals(round > 0, slice == first[i]);
                first[i] = slice;
                for (int earlier = 0; earlier < i; earlier++) {
                    assertNotSame(first[earlier], slice);
                }
            }
            assertTrue(isExact(slices.of(source, 6, 13)));
        }
    }

    @Test
    void beyondTheBoundNothingIsKept() {
        ByteBuffer source = source(false);
        slices.begin(source);
        for (int i = 0; i < PayloadSlices.MAX_KEPT; i++) {
            slices.of(source, 0, 1);
        }
        ByteBuffer one = slices.of(source, 0, 1);
        assertNotSame(one, slices.of(source, 0, 1));
    }

    @Test
    void anotherPlaceLengthOrSourceNeedsAnotherSlice() {
        ByteBuffer source = source(false);
        slices.begin(source);
        ByteBuffer first = slices.of(source, 6, 13);
        for (int[] range : new int[][] { { 6, 12 }, { 5, 12 }, { 6, 6 } }) {
            slices.begin(source);
            ByteBuffer other = slices.of(source, range[0], range[1]);
            assertNotSame(first, other);
            assertEquals(range[1] - range[0], other.capacity());
        }
        ByteBuffer otherSource = source(false);
        slices.begin(otherSource);
        assertNotSame(first, slices.of(otherSource, 6, 13));
    }

    /** Decoded bytes and assembled control frames are not in the transport's buffer. */
    @Test
    void slicesOfOtherBuffersAreNotKept() {
        slices.begin(source(false));
        ByteBuffer assembled = source(false);
        assertTrue(isExact(slices.of(assembled, 0, 6)));
        assertNotSame(slices.of(assembled, 0, 6), slices.of(assembled, 0, 6));
        assertFalse(slices.areKept());
    }

    @Test
    void nothingIsLeftAfterADrop() {
        ByteBuffer source = source(false);
        slices.begin(source);
        ByteBuffer first = slices.of(source, 6, 13);
        assertTrue(slices.areKept());
        slices.drop();
        assertFalse(slices.areKept());
        slices.begin(source);
        assertNotSame(first, slices.of(source, 6, 13));
    }
}
