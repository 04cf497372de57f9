package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
    @Test
    void grantsWithoutAdditions() {
        assertEquals(new Authorization.Granted(HttpHeaders.of(), Map.of()), Authorization.granted());
    }

    @Test
    void copiesTheAttachments() {
        Map<String, Object> attachments = new HashMap<>(Map.of("user", "anna"));
        Authorization.Granted granted = new Authorization.Granted(HttpHeaders.of(), attachments);
        attachments.put("user", "eve");
        assertEquals(Map.of("user", "anna"), granted.attachments());
    }

    @Test
    void addsNoFieldOfTheHandshake() {
        HttpHeaders headers = HttpHeaders.of("Sec-WebSocket-Accept", "x");
        assertThrows(IllegalArgumentException.class, () -> new Authorization.Granted(headers, Map.of()));
    }

    @Test
    void showsNoSecrets() {
        assertEquals("Granted[responseHeaders=[Set-Cookie], attachments=[token]]",
                new Authorization.Granted(HttpHeaders.of("Set-Cookie", "secret"), Map.of("token", "secret"))
                        .toString());
    }

    @Test
    void refusesWithALineOfText() {
        HttpResponse response = Authorization.refused(403, "members only").response();
        assertEquals(403, response.status());
        assertEquals("403 Forbidden: members only\n",
                StandardCharsets.UTF_8.decode(response.body()).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 204, 299 })
    void refusesWithNoSuccess(int status) {
        assertThrows(IllegalArgumentException.class,
                () -> new Authorization.Refused(HttpResponse.of(status)));
        assertThrows(IllegalArgumentException.class, () -> Authorization.refused(status, "no"));
    }

    @Test
    void mayRefuseWithARedirect() {
        assertEquals(302, new Authorization.Refused(HttpResponse.of(302)).response().status());
        assertThrows(IllegalArgumentException.class, () -> Authorization.refused(399, "no"));
    }
}
