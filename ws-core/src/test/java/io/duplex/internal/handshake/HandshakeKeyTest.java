package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeKeyTest {
    // RFC 6455 section 1.3

    @Test
    void answersTheExampleOfTheRfc() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", HandshakeKey.accept("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    @Test
    void answersTheKeyAsWrittenAndNotWhatItStandsFor() {
        assertNotEquals(HandshakeKey.accept("AAAAAAAAAAAAAAAAAAAAAA=="),
                HandshakeKey.accept("AAAAAAAAAAAAAAAAAAAAAB=="));
    }

    // Section 4.1, item 7

    @Test
    void generatesSixteenBytesThatDifferEachTime() {
        SecureRandom random = new SecureRandom();
        String first = HandshakeKey.generate(random);
        assertEquals(16, Base64.getDecoder().decode(first).length);
        assertTrue(HandshakeKey.isValid(first));
        assertNotEquals(first, HandshakeKey.generate(random));
    }

    // Section 4.2.1, item 5

    @ParameterizedTest
    @ValueSource(strings = { "dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==",
        "/////////////////////w==",
        "+/+/+/+/+/+/+/+/+/+/+g==" })
    void takesSixteenBytesInBase64(String key) {
        assertTrue(HandshakeKey.isValid(key));
        assertEquals(16, Base64.getDecoder().decode(key).length);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "abc", "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZ===",
        "-_-_IHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==\n", "dGhl IHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZQ==AA==", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==" })
    void refusesEverythingElse(String key) {
        assertFalse(HandshakeKey.isValid(key));
    }

    @Test
    void takesTheExampleOfSection41ThoughItsPaddingBitsAreSet() {
        assertTrue(HandshakeKey.isValid("AQIDBAUGBwgJCgsMDQ4PEC=="));
    }
}
