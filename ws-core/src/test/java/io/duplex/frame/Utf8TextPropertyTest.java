package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;

/** The strict encoder against the JDK's, on random text. */
class Utf8TextPropertyTest {
    @Property
    void randomCharsAreEncodedOrRefusedAsByTheStrictEncoder(@ForAll String text) {
        assertSameAsStrictEncoder(text);
    }

    @Property
    void randomSurrogatesAreEncodedOrRefusedAsByTheStrictEncoder(
            @ForAll @CharRange(from = '\uD7FF', to = '\uE000') String text) {
        assertSameAsStrictEncoder(text);
        assertSameAsStrictEncoder("ascii?" + text);
    }

    private static void assertSameAsStrictEncoder(String text) {
        try {
            ByteBuffer expected = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] encoded = Utf8Text.encode(text);
            assertEquals(expected, ByteBuffer.wrap(encoded));
            Utf8Validator validator = new Utf8Validator();
            assertTrue(validator.accept(ByteBuffer.wrap(encoded), 0, encoded.length));
        } catch (CharacterCodingException e) {
            assertThrows(IllegalArgumentException.class, () -> Utf8Text.encode(text));
        }
    }
}
