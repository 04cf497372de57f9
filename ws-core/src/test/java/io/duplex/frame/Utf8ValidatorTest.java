package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 8.1, RFC 3629 section 4. */
class Utf8ValidatorTest {
    /** Bytes on both sides of every border between classes of bytes. */
    private static final int[] EDGES = { 0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2,
        0xDF, 0xE0,
        0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF };
    private static final String ALL_LENGTHS = "aß€\uD83D\uDE00";

    /** What the JDK's strict decoder says about the same bytes. */
    private enum Verdict {
        INVALID, UNFINISHED, COMPLETE
    }

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(4096);
    private final Utf8Validator validator = new Utf8Validator();

    private Verdict jdk(ByteBuffer bytes) {
        decoder.reset();
        CoderResult result = decoder.decode(bytes.rewind(), chars.clear(), false);
        if (result.isError()) {
            return Verdict.INVALID;
        }
        if (!bytes.hasRemaining()) {
            return Verdict.COMPLETE;
        }
        return beginsSurrogate(bytes) ? Verdict.INVALID : Verdict.UNFINISHED;
    }

    /**
     * The one fault that the JDK's decoder finds a byte late: nothing can make ED A0 valid, but it waits for
     * a third.
     */
    private static boolean beginsSurrogate(ByteBuffer rest) {
        int start = rest.position();
        return rest.remaining() == 2 && rest.get(start) == (byte) 0xED
                && (rest.get(start + 1) & 0xFF) >= 0xA0;
    }

    private Verdict ours(ByteBuffer bytes) {
        validator.reset();
        if (!validator.accept(bytes, 0, bytes.limit())) {
            return Verdict.INVALID;
        }
        return validator.atBoundary() ? Verdict.COMPLETE : Verdict.UNFINISHED;
    }

    private static boolean valid(byte[] bytes) {
        Utf8Validator fresh = new Utf8Validator();
        return fresh.accept(ByteBuffer.wrap(bytes), 0, bytes.length) && fresh.atBoundary();
    }

    /** The index of the byte with which the text becomes invalid, when the bytes come one by one. */
    private static int firstWrongByte(byte[] bytes) {
        Utf8Validator fresh = new Utf8Validator();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (!fresh.accept(buffer, i, i + 1)) {
                return i;
            }
        }
        throw new AssertionError("valid: " + Bytes.hex(bytes));
    }

    @Test
    void allSequencesOfOneAndTwoBytesAreJudgedAsByTheJdk() {
        ByteBuffer bytes = ByteBuffer.allocate(2);
        for (int value = 0; value < 1 << 8; value++) {
            bytes.limit(1).put(0, (byte) value);
            assertEquals(jdk(bytes), ours(bytes), Integer.toHexString(value));
        }
        bytes.limit(2);
        for (int value = 0; value < 1 << 16; value++) {
            bytes.putShort(0, (short) value);
            assertEquals(jdk(bytes), ours(bytes), Integer.toHexString(value));
        }
    }

    @Test
    void allSequencesOfThreeBytesAreJudgedAsByTheJdk() {
        ByteBuffer bytes = ByteBuffer.allocate(3);
        for (int value = 0; value < 1 << 24; value++) {
            bytes.put(0, (byte) (value >>> 16)).putShort(1, (short) value);
            if (jdk(bytes) != ours(bytes)) {
                assertEquals(jdk(bytes), ours(bytes), Integer.toHexString(value));
            }
        }
    }

    @Test
    void sequencesOfFourBytesAroundEveryBorderAreJudgedAsByTheJdk() {
        ByteBuffer bytes = ByteBuffer.allocate(4);
        for (int first : EDGES) {
            for (int second = 0; second < 256; second++) {
                for (int third : EDGES) {
                    for (int fourth : EDGES) {
                        bytes.clear()
                                .put((byte) first)
                                .put((byte) second)
                                .put((byte) third)
                                .put((byte) fourth);
                        if (jdk(bytes) != ours(bytes)) {
                            assertEquals(jdk(bytes), ours(bytes), Bytes.hex(bytes.array()));
                        }
                    }
                }
            }
        }
    }

    @Test
    void everyCodePointIsValidExceptSurrogates() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            ByteBuffer bytes = ByteBuffer.wrap(encodeLoosely(codePoint, shortest(codePoint)));
            Verdict expected = surrogate ? Verdict.INVALID : Verdict.COMPLETE;
            if (ours(bytes) != expected) {
                assertEquals(expected, ours(bytes), Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void everyOverlongFormFailsAtItsFirstOrSecondByte() {
        int[] codePoints = { 0x00, 0x2F, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF };
        for (int codePoint : codePoints) {
            for (int length = shortest(codePoint) + 1; length <= 6; length++) {
                int expected = length == 2 || length > 4 ? 0 : 1;
                byte[] bytes = encodeLoosely(codePoint, length);
                assertEquals(expected, firstWrongByte(bytes), Bytes.hex(bytes));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "80 | 0", "BF | 0", "80BF | 0", "C0 | 0", "C1 | 0", "FE | 0",
        "FF | 0",
        "F5808080 | 0", "F888808080 | 0", "FC8480808080 | 0", "C220 | 1", "C2C2 | 1", "E12080 | 1",
        "E18020 | 2",
        "E1C080 | 1", "F1208080 | 1", "F1802080 | 2", "F1808020 | 3", "F18080C0 | 3", "EDA080 | 1",
        "EDBFBF | 1",
        "EDA080EDB080 | 1", "EDADBFEDBFBF | 1", "F4908080 | 1", "F4BFBFBF | 1", "C280BF | 2", "EFBFBFBF | 3",
        "F48FBFBFBF | 4", "6180 | 1", "E282AC80 | 3" })
    void invalidTextFailsAtTheFirstByteThatMakesItSo(String digits, int index) {
        byte[] bytes = Bytes.hex(digits.strip());
        assertEquals(index, firstWrongByte(bytes));
        assertFalse(valid(bytes));
        byte[] before = Arrays.copyOf(bytes, index);
        assertTrue(new Utf8Validator().accept(ByteBuffer.wrap(before), 0, index),
                "what comes before is not wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = { "00", "7F", "C280", "DFBF", "E0A080", "ED9FBF", "EE8080", "EFBFBF", "EFBFBE",
        "EFBBBF",
        "F0908080", "F48FBFBF", "EFB790" })
    void theBordersOfWhatIsValidAreValid(String digits) {
        assertTrue(valid(Bytes.hex(digits)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "C2", "DF", "E0", "E0A0", "ED9F", "EFBF", "F0", "F090", "F09080", "F48F",
        "F48FBF" })
    void anUnfinishedCharacterIsNotWrongButNoEnd(String digits) {
        byte[] bytes = Bytes.hex(digits);
        assertTrue(validator.accept(ByteBuffer.wrap(bytes), 0, bytes.length));
        assertFalse(validator.atBoundary());
    }

    @ParameterizedTest
    @EnumSource
    void aWrongByteIsFoundAtEveryPlaceInAsciiText(BufferKind kind) {
        for (int length = 1; length <= 40; length++) {
            for (int index = 0; index < length; index++) {
                byte[] bytes = new byte[length];
                Arrays.fill(bytes, (byte) 'x');
                bytes[index] = (byte) 0xFF;
                ByteBuffer buffer = kind.holding(bytes);
                int start = buffer.position();
                assertFalse(new Utf8Validator().accept(buffer, start, start + length));
                assertTrue(new Utf8Validator().accept(buffer, start, start + index));
                assertEquals(start, buffer.position());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void charactersOfEveryLengthAreSeenAtEveryPlaceAndCut(BufferKind kind) {
        for (int before = 0; before < 18; before++) {
            byte[] bytes = ("x".repeat(before) + ALL_LENGTHS + "y".repeat(18))
                    .getBytes(StandardCharsets.UTF_8);
            ByteBuffer buffer = kind.holding(bytes);
            int start = buffer.position();
            for (int cut = 0; cut <= bytes.length; cut++) {
                validator.reset();
                assertTrue(validator.accept(buffer, start, start + cut));
                assertEquals(isBoundary(bytes, cut), validator.atBoundary());
                assertTrue(validator.accept(buffer, start + cut, buffer.limit()));
                assertTrue(validator.atBoundary());
            }
        }
    }

    private static boolean isBoundary(byte[] bytes, int index) {
        return index == bytes.length || (bytes[index] & 0xC0) != 0x80;
    }

    @Test
    void theEmptyTextIsValid() {
        assertTrue(valid(new byte[0]));
        assertTrue(validator.atBoundary());
    }

    @Test
    void anInvalidTextStaysInvalidUntilReset() {
        byte[] ascii = "plain text, long enough for a word".getBytes(StandardCharsets.US_ASCII);
        assertFalse(validator.accept(ByteBuffer.wrap(Bytes.of(0xFF)), 0, 1));
        assertFalse(validator.accept(ByteBuffer.wrap(ascii), 0, ascii.length));
        assertFalse(validator.accept(ByteBuffer.allocate(0), 0, 0));
        assertFalse(validator.atBoundary());
        validator.reset();
        assertTrue(validator.accept(ByteBuffer.wrap(ascii), 0, ascii.length));
        assertTrue(validator.atBoundary());
    }

    @Test
    void resetForgetsAnUnfinishedCharacter() {
        validator.accept(ByteBuffer.wrap(Bytes.of(0xE2, 0x82)), 0, 2);
        validator.reset();
        assertTrue(validator.atBoundary());
        assertFalse(validator.accept(ByteBuffer.wrap(Bytes.of(0xAC)), 0, 1));
    }

    @Test
    void aRangeBehindTheLimitIsRefused() {
        ByteBuffer buffer = ByteBuffer.allocate(10).limit(5);
        assertThrows(IndexOutOfBoundsException.class, () -> validator.accept(buffer, 0, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> validator.accept(buffer, 3, 2));
    }

    @Test
    void randomTextIsJudgedAsByTheJdkHoweverCut() {
        Random random = new Random(3629);
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = randomText(random).getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertJudgedAsByTheJdk(bytes, random);
        }
    }

    /** Runs of ASCII and characters of all lengths in between. */
    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int part = random.nextInt(8); part > 0; part--) {
            text.append("x".repeat(random.nextInt(20))).appendCodePoint(1 << random.nextInt(21));
        }
        return text.toString();
    }

    private void assertJudgedAsByTheJdk(byte[] bytes, Random random) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Verdict expected = jdk(buffer);
        assertEquals(expected, ours(buffer.rewind()));

        Utf8Validator inParts = new Utf8Validator();
        boolean accepted = true;
        for (int from = 0; from < bytes.length;) {
            int to = from + random.nextInt(bytes.length - from) + 1;
            accepted &= inParts.accept(buffer, from, to);
            from = to;
        }
        assertEquals(expected != Verdict.INVALID, accepted);
        assertEquals(expected == Verdict.COMPLETE, inParts.atBoundary());
    }

    private static int shortest(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** Encodes in as many bytes as wanted, up to the six of the first definition of UTF-8; checks nothing. */
    private static byte[] encodeLoosely(int codePoint, int length) {
        if (length == 1) {
            return Bytes.of(codePoint);
        }
        byte[] bytes = new byte[length];
        int rest = codePoint;
        for (int i = length - 1; i > 0; i--) {
            bytes[i] = (byte) (0x80 | rest & 0x3F);
            rest >>>= 6;
        }
        bytes[0] = (byte) (0xFF00 >>> length | rest);
        return bytes;
    }
}
