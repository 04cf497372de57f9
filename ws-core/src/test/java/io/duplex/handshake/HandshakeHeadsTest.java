package io.duplex.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeHeadsTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String OTHER_KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

    private static RequestHead request(String target, String key, Map<String, String> more) {
        HttpHeaders.Builder headers = HttpHeaders.builder()
                .add("Host", "h")
                .add("sec-websocket-KEY", key)
                .add("Upgrade", "websocket");
        more.forEach(headers::add);
        return new RequestHead("GET", target, HttpVersion.HTTP_1_1, headers.build());
    }

    private static ResponseHead response(String accept) {
        return ResponseHead.of(101,
                HttpHeaders.builder()
                        .add("Upgrade", "websocket")
                        .add("Sec-WebSocket-Accept", accept)
                        .build());
    }

    @Test
    void whatIsAskedForIsWhatWasTaken() {
        for (String key : new String[] { KEY, OTHER_KEY, KEY }) {
            RequestHead request = request("/", key, Map.of());
            ResponseHead response = response(HandshakeKey.accept(key));
            HandshakeHeads heads = HandshakeHeads.of(request, response);
            assertInstanceOf(HandshakeHeads.Shared.class, heads);
            assertEquals(request, heads.request());
            assertEquals(response, heads.response());
        }
    }

    @Test
    void connectionsDifferByMoreThanTheKey() {
        ResponseHead response = response(HandshakeKey.accept(KEY));
        HandshakeHeads one = HandshakeHeads.of(request("/a", KEY, Map.of()), response);
        HandshakeHeads two = HandshakeHeads.of(request("/b", KEY, Map.of()), response);
        assertNotEquals(one.request(), two.request());
        assertEquals("/a", one.request().target());
        assertEquals("/b", two.request().target());
    }

    @ParameterizedTest
    @CsvSource({ "/,Cookie", "/,Authorization", "/?token=secret,Origin" })
    void whatMayBeASecretIsNotShared(String target, String field) {
        RequestHead request = request(target, KEY, Map.of(field, "v"));
        HandshakeHeads heads = HandshakeHeads.of(request, response(HandshakeKey.accept(KEY)));
        assertInstanceOf(HandshakeHeads.Whole.class, heads);
        assertEquals(request, heads.request());
    }

    @Test
    void aLongHeadIsNotShared() {
        RequestHead request = request("/", KEY, Map.of("Long", "x".repeat(2048)));
        assertInstanceOf(HandshakeHeads.Whole.class,
                HandshakeHeads.of(request, response(HandshakeKey.accept(KEY))));
    }

    @Test
    void headsThatDoNotBelongTogetherAreKeptAsTheyAre() {
        RequestHead request = request("/", KEY, Map.of());
        ResponseHead wrong = response(HandshakeKey.accept(OTHER_KEY));
        HandshakeHeads heads = HandshakeHeads.of(request, wrong);
        assertInstanceOf(HandshakeHeads.Whole.class, heads);
        assertEquals(wrong, heads.response());
    }
}
