package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubprotocolsTest {
    @Test
    void repeatsNoToken() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Subprotocols.require(List.of("Bearer c2VjcmV0="))).getMessage();
        assertTrue(message.startsWith("The subprotocol \"Bear…(16 characters)\" is not a token"), message);
    }

    @Test
    void readsAllFieldsInOrder() throws HttpException {
        assertEquals(List.of("chat", "superchat", "v2.x"),
                Subprotocols.parse(List.of("chat,\tsuperchat", " , v2.x")));
        assertEquals(List.of(), Subprotocols.parse(List.of()));
    }

    @Test
    void tellsNamesApartByCase() throws HttpException {
        assertEquals(List.of("chat", "Chat"), Subprotocols.parse(List.of("chat, Chat")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "chat, chat|lists a subprotocol twice",
        "''|lists no subprotocol", "', ,'|lists no subprotocol",
        "a b|lists something that is not a token",
        "a;b|lists something that is not a token",
        "a, \"b\"|lists something that is not a token", "é|lists something that is not a token" })
    void refusesAMalformedOffer(String value, String fault) {
        HttpException refusal = assertThrows(HttpException.class, () -> Subprotocols.parse(List.of(value)));
        assertEquals(400, refusal.status());
        assertEquals("Sec-WebSocket-Protocol " + fault, refusal.getMessage());
    }

    @Test
    void refusesADuplicateOverTwoFields() {
        assertThrows(HttpException.class, () -> Subprotocols.parse(List.of("a", "b, a")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a,b", "a/b", "ü", " a" })
    void refusesAnApplicationsNameThatIsNoToken(String name) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Subprotocols.require(List.of("ok", name)))
                .getMessage();
        assertEquals("The subprotocol \"" + name
                + "\" is not a token: letters, digits and !#$%&'*+-.^_`|~ only, and at least one", message);
    }

    @Test
    void refusesAnApplicationsNameThatIsGivenTwice() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Subprotocols.require(List.of("a", "b", "a")))
                .getMessage();
        assertTrue(message.contains("subprotocol a is given twice"), message);
        assertEquals(List.of("a", "A"), Subprotocols.require(List.of("a", "A")));
    }
}
