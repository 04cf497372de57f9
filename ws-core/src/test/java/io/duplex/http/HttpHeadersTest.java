package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadersTest {
    private final HttpHeaders headers = HttpHeaders.builder()
            .add("Host", "a")
            .add("X-One", "1")
            .add("x-one", "2")
            .add("Empty", "")
            .build();

    @Test
    void findsFieldsWithoutCase() {
        assertEquals(Optional.of("1"), headers.first("x-ONE"));
        assertEquals(List.of("1", "2"), headers.all("X-one"));
        assertEquals(Optional.of(""), headers.first("empty"));
        assertTrue(headers.contains("EMPTY"));
        assertFalse(headers.contains("X-Two"));
        assertEquals(Optional.empty(), headers.first("X-Two"));
        assertEquals(List.of(), headers.all("X-Two"));
    }

    @Test
    void keepsOrderAndSpelling() {
        List<String> lines = new ArrayList<>();
        headers.forEach(field -> lines.add(field.name() + "=" + field.value()));
        assertEquals(List.of("Host=a", "X-One=1", "x-one=2", "Empty="), lines);
        assertEquals(List.of("Host", "X-One", "Empty"), headers.names());
        assertEquals(4, headers.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = { "Upgrade|true", "keep-alive, UPGRADE|true",
        "upgrade,close|true", "\" ,, \tupgrade\t ,\"|true", "upgraded|false", "\"\"|false", "\",\"|false",
        "up grade|false", "upgrade;q=1|false", "'upgrade'|false" })
    void findsTokensInLists(String list, boolean expected) {
        assertEquals(expected, HttpHeaders.of("Connection", list).containsToken("connection", "upgrade"));
    }

    @Test
    void findsTokensOverAllFieldLines() {
        HttpHeaders two = HttpHeaders.builder().add("A", "x").add("B", "z").add("a", "y").build();
        assertTrue(two.containsToken("A", "y"));
        assertFalse(two.containsToken("A", "z"));
        assertFalse(HttpHeaders.of("A", ",").containsToken("A", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "a b", "a:", "a\r\n", "(a)", "a\u0000", "\u00e9", "a\"" })
    void refusesNamesThatAreNoTokens(String name) {
        assertThrows(IllegalArgumentException.class, () -> HttpHeaders.of(name, "x"));
        assertThrows(IllegalArgumentException.class, () -> HttpHeaders.builder().set(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\r\nX: 1", "a\nb", "a\rb", "\r\n", "a\u0000", "a\u007f", "a\u000b", "\u0100",
        "\u560d" })
    void refusesValuesThatCouldForgeALine(String value) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> HttpHeaders.builder().add("X-Field", value));
        assertTrue(e.getMessage().contains("X-Field"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> headers.toBuilder().set("Host", value));
    }

    @Test
    void namesAMalformedNameWithoutItsControlCharacters() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> HttpHeaders.of("a\r\nb", "x"));
        assertTrue(e.getMessage().contains("\"a\\u000d\\u000ab\""), e.getMessage());
    }

    @Test
    void trimsSpacesAndTabsOnly() {
        assertEquals(Optional.of("a \t b"), HttpHeaders.of("A", " \ta \t b\t ").first("A"));
        assertEquals(Optional.of("\u00a0a"), HttpHeaders.of("A", "\u00a0a").first("A"));
    }

    @Test
    void setReplacesInPlaceAndRemoveTakesAll() {
        assertEquals(List.of("Host", "X-ONE", "Empty"),
                headers.toBuilder().set("X-ONE", "3").build().names());
        assertEquals(List.of("3"), headers.toBuilder().set("X-ONE", "3").build().all("x-one"));
        assertEquals(List.of("Host", "X-One", "Empty", "New"),
                headers.toBuilder().set("New", "").build().names());
        assertEquals(List.of("Host", "Empty"), headers.toBuilder().remove("x-ONE").build().names());
    }

    @Test
    void doesNotChangeWithItsBuilder() {
        HttpHeaders.Builder builder = headers.toBuilder();
        HttpHeaders before = builder.build();
        builder.add("Later", "x");
        assertEquals(headers, before);
        assertNotEquals(headers, builder.build());
        assertEquals(headers, HttpHeaders.builder().addAll(headers).build());
        assertThrows(UnsupportedOperationException.class, () -> {
            var fields = headers.iterator();
            fields.next();
            fields.remove();
        });
    }

    @Test
    void showsNoValues() {
        assertEquals("[Cookie]", HttpHeaders.of("Cookie", "secret").toString());
    }
}
