package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7617. */
class BasicCredentialsTest {
    @Test
    void encodesTheExampleOfTheRfc() {
        assertEquals(Optional.of("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
                BasicCredentials.of(URI.create("ws://Aladdin:open%20sesame@a/")));
    }

    @ParameterizedTest
    @CsvSource({ "anna:pw, anna:pw", "anna, anna:", "anna:, anna:", ":pw, :pw", "a:p:w, a:p:w", "a:%3A, a::",
        "a+b:c+d, a+b:c+d", "a%40b:c%2Fd%25, a@b:c/d%", "%C3%BC:%C3%9F, ü:ß", "ü:ß, ü:ß" })
    void decodesThePartsOfTheUri(String userInfo, String pair) {
        String value = BasicCredentials.of(URI.create("ws://" + userInfo + "@my_host:80/@x")).orElseThrow();
        assertEquals(pair,
                new String(Base64.getDecoder().decode(value.substring("Basic ".length())),
                        StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws://a/", "ws://a/b@c", "ws://a?b@c", "ws:a@b" })
    void findsNoneWithoutUserInformation(String uri) {
        assertEquals(Optional.empty(), BasicCredentials.of(URI.create(uri)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "secr%3Aet:pw", "secr%0Aet:pw", "a:secr%00et", "a:secr%7Fet" })
    void refusesWhatBasicCannotSendWithoutRepeatingIt(String userInfo) {
        URI uri = URI.create("ws://" + userInfo + "@a/");
        String message = assertThrows(IllegalArgumentException.class, () -> BasicCredentials.of(uri))
                .getMessage();
        assertFalse(message.contains("secr"), message);
    }
}
