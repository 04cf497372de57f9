package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 5.3. */
class MaskTest {
    private static final int KEY = 0x37FA213D;
    private static final int MAX_LENGTH = 70;

    private final Random random = new Random(6455);

    @Test
    void masksTheExampleOfTheRfc() {
        ByteBuffer buffer = ByteBuffer.wrap(Bytes.hex("48656c6c6f"));
        Mask.apply(buffer, 0, 5, KEY);
        assertArrayEquals(Bytes.hex("7f9f4d5158"), buffer.array());
    }

    @ParameterizedTest
    @EnumSource
    void appliesAtEveryAlignmentAndLengthAsTheNaiveCodecDoes(BufferKind kind) {
        for (int from = 0; from < 16; from++) {
            for (int length = 0; length <= MAX_LENGTH; length++) {
                byte[] content = Bytes.random(random, 16 + MAX_LENGTH + 16);
                ByteBuffer buffer = kind.holding(content);
                int start = buffer.position() + from;

                Mask.apply(buffer, start, start + length, KEY);

                byte[] masked = NaiveFrame.mask(Arrays.copyOfRange(content, from, from + length), KEY);
                System.arraycopy(masked, 0, content, from, length);
                assertArrayEquals(content, BufferKind.remaining(buffer),
                        "from " + from + ", length " + length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void copiesEveryLengthAsTheNaiveCodecDoes(BufferKind kind) {
        for (BufferKind target : BufferKind.values()) {
            for (int length = 0; length <= MAX_LENGTH; length++) {
                byte[] content = Bytes.random(random, length);
                ByteBuffer src = kind.holding(content).asReadOnlyBuffer();
                ByteBuffer dst = target.room(length);
                int start = dst.position();

                Mask.copy(src, dst, KEY);

                assertEquals(0, src.remaining(), "the source's position");
                assertEquals(0, dst.remaining(), "the target's position");
                assertArrayEquals(NaiveFrame.mask(content, KEY), BufferKind.remaining(dst.position(start)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomKeysOnLongPayloads(BufferKind kind) {
        for (int round = 0; round < 50; round++) {
            byte[] content = Bytes.random(random, random.nextInt(5000));
            int key = random.nextInt();
            ByteBuffer buffer = kind.holding(content);
            Mask.apply(buffer, buffer.position(), buffer.limit(), key);
            assertArrayEquals(NaiveFrame.mask(content, key), BufferKind.remaining(buffer));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, -1, 1, Integer.MIN_VALUE, 0x80, KEY })
    void maskingTwiceGivesTheOriginal(int key) {
        byte[] content = Bytes.random(random, 333);
        ByteBuffer buffer = ByteBuffer.wrap(content.clone());
        Mask.apply(buffer, 0, 333, key);
        Mask.apply(buffer, 0, 333, key);
        assertArrayEquals(content, buffer.array());
    }

    @Test
    void theZeroKeyChangesNothing() {
        byte[] content = Bytes.random(random, 99);
        ByteBuffer buffer = ByteBuffer.wrap(content.clone());
        assertEquals(0, Mask.apply(buffer, 0, 99, 0));
        assertArrayEquals(content, buffer.array());
    }

    @Test
    void theReturnedKeyGoesOnWhereItStopped() {
        for (int length = 0; length < 20; length++) {
            int expected = Integer.rotateLeft(KEY, 8 * (length % 4));
            assertEquals(expected, Mask.apply(ByteBuffer.allocate(20), 0, length, KEY));
            assertEquals(expected, Mask.copy(ByteBuffer.allocate(length), ByteBuffer.allocate(20), KEY));
        }
    }

    @Test
    void aPayloadCutAtTwoPlacesIsMaskedAsOne() {
        byte[] content = Bytes.random(random, 40);
        byte[] masked = NaiveFrame.mask(content, KEY);
        for (int first = 0; first <= 40; first++) {
            for (int second = first; second <= 40; second++) {
                ByteBuffer inPlace = ByteBuffer.wrap(content.clone());
                int key = Mask.apply(inPlace, 0, first, KEY);
                key = Mask.apply(inPlace, first, second, key);
                Mask.apply(inPlace, second, 40, key);
                assertArrayEquals(masked, inPlace.array());

                ByteBuffer copy = ByteBuffer.allocate(40);
                ByteBuffer src = ByteBuffer.wrap(content);
                key = Mask.copy(src.limit(first), copy, KEY);
                key = Mask.copy(src.limit(second), copy, key);
                Mask.copy(src.limit(40), copy, key);
                assertArrayEquals(masked, copy.array());
            }
        }
    }

    @Test
    void applyMovesNeitherPositionNorLimit() {
        ByteBuffer buffer = ByteBuffer.allocate(50).limit(40).position(30);
        Mask.apply(buffer, 5, 25, KEY);
        assertEquals(30, buffer.position());
        assertEquals(40, buffer.limit());
    }

    @Test
    void copyDoesNotChangeTheSource() {
        byte[] content = Bytes.random(random, 77);
        ByteBuffer src = ByteBuffer.wrap(content.clone());
        Mask.copy(src, ByteBuffer.allocate(77), KEY);
        assertArrayEquals(content, src.array());
    }

    @Test
    void aRangeBehindTheLimitChangesNothing() {
        ByteBuffer buffer = ByteBuffer.allocate(50).limit(40);
        assertThrows(IndexOutOfBoundsException.class, () -> Mask.apply(buffer, 0, 41, KEY));
        assertThrows(IndexOutOfBoundsException.class, () -> Mask.apply(buffer, -1, 10, KEY));
        assertThrows(IndexOutOfBoundsException.class, () -> Mask.apply(buffer, 10, 9, KEY));
        assertArrayEquals(new byte[50], buffer.array());
    }

    @Test
    void copyWithoutRoomChangesNothing() {
        ByteBuffer src = ByteBuffer.wrap(Bytes.random(random, 10));
        ByteBuffer dst = ByteBuffer.allocate(9);
        assertThrows(BufferOverflowException.class, () -> Mask.copy(src, dst, KEY));
        assertEquals(0, src.position());
        assertEquals(0, dst.position());
        assertArrayEquals(new byte[9], dst.array());
    }

    @Test
    void readOnlyBuffersAreRefused() {
        ByteBuffer readOnly = ByteBuffer.allocate(10).asReadOnlyBuffer();
        assertThrows(ReadOnlyBufferException.class, () -> Mask.apply(readOnly, 0, 10, KEY));
        assertThrows(ReadOnlyBufferException.class, () -> Mask.copy(ByteBuffer.allocate(1), readOnly, KEY));
    }
}
