package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static void assertKept(RequestHead request, ResponseHead response) {
        HandshakeHeads heads = HandshakeHeads.of(request, response);
        assertEquals(request, heads.request());
        assertEquals(response, heads.response());
    }

    @Test
    void whatIsAskedForIsWhatWasTaken() {
        for (String key : new String[] { KEY, OTHER_KEY, "not a key", "" }) {
            assertKept(request("/", key, Map.of()), response(HandshakeKey.accept(key)));
        }
    }

    @Test
    void headsThatDoNotBelongTogetherAreKeptAsTheyAre() {
        assertKept(request("/", KEY, Map.of()), response(HandshakeKey.accept(OTHER_KEY)));
        assertKept(request("/", KEY, Map.of("Sec-WebSocket-Accept", HandshakeKey.accept(KEY))),
                response("none"));
        assertKept(new RequestHead("CONNECT", "h:1", HttpVersion.HTTP_1_0, HttpHeaders.of()),
                new ResponseHead(200, "", HttpVersion.HTTP_1_0, HttpHeaders.of()));
        assertKept(request("/", KEY, Map.of()),
                new ResponseHead(404, "a reason with spaces", HttpVersion.HTTP_1_1, HttpHeaders.of()));
    }

    /** A hash may contain any byte, also the one that ends a line. Text that only looks like one is kept. */
    @Test
    void everyHashIsKept() {
        for (int i = 0; i < 256; i++) {
            byte[] hash = new byte[20];
            Arrays.fill(hash, (byte) i);
            assertKept(request("/", KEY, Map.of()), response(Base64.getEncoder().encodeToString(hash)));
        }
        for (String other : List.of("s3pPLMBiTxaQ9kYGzzhZRbK+xOp=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo",
                "A".repeat(28),
                "=".repeat(28), "s3pPLMBiTxaQ9kYGzzhZRbK+xO==", "\u00e9".repeat(28))) {
            assertKept(request("/", KEY, Map.of("Sec-WebSocket-Accept", other)), response(other));
        }
    }

    @Test
    void theReasonIsKeptIfItIsNotTheStandardOne() {
        for (String reason : List.of("", "OK", "Switching Protocols", "Other")) {
            assertKept(request("/", KEY, Map.of()),
                    new ResponseHead(101, reason, HttpVersion.HTTP_1_1, HttpHeaders.of()));
            assertKept(request("/", KEY, Map.of()),
                    new ResponseHead(199, reason, HttpVersion.HTTP_1_0, HttpHeaders.of()));
        }
    }

    /**
     * Each name and line that has a code, in other spellings too, and values with everything that a value may
     * hold.
     */
    @ParameterizedTest
    @ValueSource(strings = { "Host", "host", "HOST", "Origin", "User-Agent", "Accept", "Accept-Encoding",
        "Accept-Language", "Cookie", "Authorization", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Version", "Cache-Control", "Pragma", "Connection", "Upgrade", "Sec-Fetch-Dest",
        "Date", "Server", "X-Other", "!#$%&'*+-.^_`|~" })
    void everyFieldIsKept(String name) {
        StringBuilder every = new StringBuilder("x");
        for (char c = ' '; c <= 0xFF; c++) {
            every.append(c == 0x7F ? "" : c);
        }
        for (String value : new String[] { "", "websocket", "Upgrade", "13", "no-cache",
            "keep-alive, Upgrade",
            "a:b: c", "\u0080\u00ff", every + "\ty" }) {
            assertKept(request("/", KEY, Map.of(name, value)), new ResponseHead(101, "x",
                    HttpVersion.HTTP_1_1, HttpHeaders.builder().add(name, value).add(name, value).build()));
        }
    }

    // ---- nothing is shared

    @ParameterizedTest
    @CsvSource({ "/,Cookie", "/,Authorization", "/?token=secret,Origin", "/token/secret,Origin",
        "/,Sec-WebSocket-Protocol", "/,X-Api-Key", "/,Origin" })
    void equalHeadsOfTwoConnectionsHaveNothingInCommon(String target, String field) {
        String value = new String("secret");
        RequestHead request = request(target, KEY, Map.of(field, value));
        HandshakeHeads one = HandshakeHeads.of(request, response(HandshakeKey.accept(KEY)));
        HandshakeHeads two = HandshakeHeads.of(request, response(HandshakeKey.accept(KEY)));
        assertNotSame(one.request().headers(), two.request().headers());
        assertNotSame(one.request().headers().first(field).orElseThrow(),
                two.request().headers().first(field).orElseThrow());
    }

    /** What outlives a connection could hold its secrets: nothing that can change is static. */
    @Test
    void noStaticFieldCanHoldAHead() throws IllegalAccessException {
        for (Field field : HandshakeHeads.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                field.setAccessible(true);
                Object value = field.get(null);
                assertTrue(Modifier.isFinal(field.getModifiers())
                        && value.getClass().getName().startsWith("java.util.ImmutableCollections"),
                        field::toString);
            }
        }
    }

    /**
     * For an idle connection: what a library sends takes less than 100 bytes, what a browser sends some 350.
     */
    @Test
    void theUsualHeadsTakeLittle() throws ReflectiveOperationException {
        RequestHead plain = new RequestHead("GET", "/echo", HttpVersion.HTTP_1_1, HttpHeaders.builder()
                .add("Host", "localhost:9001")
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Key", KEY)
                .add("Sec-WebSocket-Version", "13")
                .build());
        ResponseHead answer = ResponseHead.of(101, HttpHeaders.builder()
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Accept", HandshakeKey.accept(KEY))
                .build());
        Field encoded = HandshakeHeads.class.getDeclaredField("encoded");
        encoded.setAccessible(true);
        int bytes = ((byte[]) encoded.get(HandshakeHeads.of(plain, answer))).length;
        assertTrue(bytes < 100, () -> bytes + " bytes");
    }
}
