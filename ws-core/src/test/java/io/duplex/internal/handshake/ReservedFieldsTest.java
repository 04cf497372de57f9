package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservedFieldsTest {
    @ParameterizedTest
    @ValueSource(strings = { "Upgrade", "CONNECTION", "sec-websocket-key", "Sec-WebSocket-Accept",
        "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Content-Length",
        "Transfer-Encoding", "Trailer" })
    void bothSidesKeepTheFieldsOfTheHandshake(String name) {
        HttpHeaders headers = HttpHeaders.builder().add("X-A", "1").add(name, "x").build();
        assertNames(name, () -> ReservedFields.requireFreeOnServers(headers));
        assertNames(name, () -> ReservedFields.requireFreeOnClients(headers));
    }

    @ParameterizedTest
    @ValueSource(strings = { "Host", "Origin", "Expect", "Proxy-Authorization" })
    void clientsKeepMore(String name) {
        HttpHeaders headers = HttpHeaders.of(name, "x");
        assertNames(name, () -> ReservedFields.requireFreeOnClients(headers));
        assertSame(headers, ReservedFields.requireFreeOnServers(headers));
    }

    @Test
    void othersAreFree() {
        HttpHeaders headers = HttpHeaders.builder()
                .add("Set-Cookie", "a=b")
                .add("Authorization", "Bearer x")
                .build();
        assertSame(headers, ReservedFields.requireFreeOnServers(headers));
        assertSame(headers, ReservedFields.requireFreeOnClients(headers));
    }

    @Test
    void saysWhatToUseInstead() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> ReservedFields.requireFreeOnClients(HttpHeaders.of("origin", "x")));
        assertEquals("The header field origin cannot be set: use origin(...)", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = { "Authorization", "proxy-authorization", "COOKIE" })
    void credentialsGoToNoOtherHost(String name) {
        assertEquals(
                "The header field " + name + " cannot go to another host: it holds credentials of the first",
                assertThrows(IllegalArgumentException.class,
                        () -> ReservedFields.requireRedirectable(List.of(name))).getMessage());
    }

    @Test
    void namesOfFieldsAreTokens() {
        assertThrows(IllegalArgumentException.class,
                () -> ReservedFields.requireRedirectable(List.of("a b")));
        assertTrue(ReservedFields.requireRedirectable(List.of("X-A")).contains("x-a"));
    }

    private static void assertNames(String name, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.startsWith("The header field " + name + " cannot be set: "), message);
    }
}
