package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.http.HttpException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the order of RFC 6455 section 4.2.1. */
class RequestRulesTest {
    @ParameterizedTest
    @CsvSource({ "Upgrade, websocket, true", "upgrade, WebSocket, true", "Upgrade, 'h2c, websocket', true",
        "Sec-WebSocket-Key, x, true", "Sec-WebSocket-Version, 8, true", "Upgrade, h2c, false",
        "Upgrade, websockets, false", "Connection, Upgrade, false", "Sec-WebSocket-Protocol, chat, false" })
    void knowsAnAttemptByItsFields(String name, String value, boolean expected) {
        assertEquals(expected, RequestRules.attemptsUpgrade(HttpHeaders.of(name, value)));
    }

    // Item 1

    @Test
    void wantsAGetRequestOfHttp11WithoutABody() {
        assertDoesNotThrow(() -> RequestRules.checkMessage(Requests.handshake("/")));
        assertRefused(405, "a WebSocket handshake is a GET request",
                new RequestHead("POST", "/", HttpVersion.HTTP_1_1, Requests.fields()));
        assertRefused(405, "a WebSocket handshake is a GET request",
                new RequestHead("get", "/", HttpVersion.HTTP_1_1, Requests.fields()));
        assertRefused(400, "a WebSocket handshake needs HTTP/1.1",
                new RequestHead("GET", "/", HttpVersion.HTTP_1_0, Requests.fields()));
        assertRefused(400, "a WebSocket handshake has no body", Requests.with("Content-Length", "1"));
        assertRefused(400, "a WebSocket handshake has no body",
                Requests.with("Transfer-Encoding", "chunked"));
    }

    @Test
    void takesABodyOfNoBytes() {
        assertDoesNotThrow(() -> RequestRules.checkMessage(Requests.with("Content-Length", "0")));
    }

    private static void assertRefused(int status, String reason, RequestHead head) {
        HttpException refusal = assertThrows(HttpException.class, () -> RequestRules.checkMessage(head));
        assertEquals(status, refusal.status());
        assertEquals(reason, refusal.getMessage());
    }

    // Items 2 to 7: a field is left out (no value), set, or added to the one that is there (+)

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "Host|-|400|no Host", "Host|+b|400|more than one Host",
        "Upgrade|-|400|no Upgrade; a proxy on the way may have removed it",
        "Upgrade|h2c|400|Upgrade does not list websocket",
        "Upgrade|web socket|400|Upgrade does not list websocket",
        "Upgrade|websocket/13|400|Upgrade does not list websocket",
        "Connection|-|400|no Connection; a proxy on the way may have removed it",
        "Connection|keep-alive|400|Connection does not list upgrade",
        "Connection|''|400|Connection does not list upgrade",
        "Sec-WebSocket-Version|-|400|no Sec-WebSocket-Version",
        "Sec-WebSocket-Version|+13|400|more than one Sec-WebSocket-Version",
        "Sec-WebSocket-Version|8|426|the only version spoken here is 13",
        "Sec-WebSocket-Version|013|426|the only version spoken here is 13",
        "Sec-WebSocket-Version|14|426|the only version spoken here is 13",
        "Sec-WebSocket-Version|'13, 8'|426|the only version spoken here is 13",
        "Sec-WebSocket-Version|''|426|the only version spoken here is 13",
        "Sec-WebSocket-Key|-|400|no Sec-WebSocket-Key",
        "Sec-WebSocket-Key|+dGhlIHNhbXBsZSBub25jZQ==|400|more than one Sec-WebSocket-Key",
        "Sec-WebSocket-Key|''|400|Sec-WebSocket-Key is not 16 bytes in base64",
        "Sec-WebSocket-Key|dGhlIHNhbXBsZQ==|400|Sec-WebSocket-Key is not 16 bytes in base64" })
    void refusesAWrongField(String name, String value, int status, String reason) {
        HttpException refusal = assertThrows(HttpException.class,
                () -> RequestRules.checkFields(changed(name, value)));
        assertEquals(status, refusal.status());
        assertEquals(reason, refusal.getMessage());
    }

    private static HttpHeaders changed(String name, String value) {
        HttpHeaders.Builder fields = Requests.fields().toBuilder();
        if (value == null) {
            return fields.remove(name).build();
        }
        return value.startsWith("+")
                ? fields.add(name, value.substring(1)).build()
                : fields.set(name, value).build();
    }

    @ParameterizedTest
    @CsvSource({ "Upgrade, WebSocket", "Upgrade, 'foo/1, WEBSOCKET'", "Connection, upgrade",
        "Connection, 'keep-alive, Upgrade'", "Connection, 'Upgrade,,close'" })
    void comparesTokensWithoutCaseAndInLists(String name, String value) {
        assertDoesNotThrow(() -> RequestRules.checkFields(changed(name, value)));
    }

    @Test
    void refusesTwoOrigins() {
        HttpHeaders two = Requests.fields()
                .toBuilder()
                .add("Origin", "http://a")
                .add("Origin", "http://a")
                .build();
        assertEquals("more than one Origin",
                assertThrows(HttpException.class, () -> RequestRules.checkFields(two)).getMessage());
    }

    @Test
    void checksTheVersionBeforeTheKey() {
        HttpHeaders old = Requests.fields()
                .toBuilder()
                .set("Sec-WebSocket-Version", "8")
                .remove("Sec-WebSocket-Key")
                .build();
        assertEquals(426, assertThrows(HttpException.class, () -> RequestRules.checkFields(old)).status());
    }
}
