package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseTest {
    private static String encode(HttpResponse response, String method, Persistence persistence) {
        return new String(response.encode(method, persistence), StandardCharsets.UTF_8);
    }

    @Test
    void countsBytesAndNotCharacters() {
        HttpResponse response = HttpResponse.of(200)
                .header("X-A", "1")
                .body("\u00e9!",
                        "text/plain; charset=utf-8");
        assertEquals("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 3\r\nConnection: keep-alive\r\n\r\n\u00e9!",
                encode(response, "GET", Persistence.KEEP_ALIVE));
    }

    @Test
    void headHasTheHeadersOfGetWithoutTheBody() {
        HttpResponse response = HttpResponse.of(200).body("body", "text/plain");
        String get = encode(response, "GET", Persistence.CLOSE);
        assertEquals(get.substring(0, get.length() - 4), encode(response, "HEAD", Persistence.CLOSE));
    }

    @ParameterizedTest
    @ValueSource(ints = { 204, 304 })
    void someStatusCodesHaveNeitherBodyNorLength(int status) {
        HttpResponse response = HttpResponse.of(status).body("body", "text/plain");
        assertEquals("HTTP/1.1 " + status + " " + HttpStatus.reason(status)
                + "\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n",
                encode(response, "GET", Persistence.CLOSE));
    }

    @Test
    void anEmptyBodyHasALength() {
        assertTrue(encode(HttpResponse.of(200), "GET", Persistence.CLOSE).contains("Content-Length: 0\r\n"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 100, 101, 199, 600 })
    void isAFinalResponse(int status) {
        assertThrows(IllegalArgumentException.class, () -> HttpResponse.of(status));
    }

    @ParameterizedTest
    @ValueSource(strings = { "content-length", "Transfer-Encoding", "CONNECTION" })
    void framingCannotBeSet(String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> HttpResponse.of(200).header(name, "1"));
        assertTrue(e.getMessage().contains(name));
    }

    @Test
    void fieldsCannotBeInjected() {
        assertThrows(IllegalArgumentException.class,
                () -> HttpResponse.of(200).header("X", "a\r\nSet-Cookie: b"));
        assertThrows(IllegalArgumentException.class, () -> HttpResponse.of(200).body("", "a\r\nb"));
        assertThrows(IllegalArgumentException.class, () -> HttpResponse.methodNotAllowed("GET", "A B"));
    }

    @Test
    void upgradeIsListedAsAFieldOfTheConnection() {
        HttpResponse response = HttpResponse.error(426, "WebSocket only").header("Upgrade", "websocket");
        assertTrue(encode(response, "GET", Persistence.CLOSE).contains("\r\nConnection: Upgrade, close\r\n"));
    }

    @Test
    void doesNotChangeWithWhatItWasMadeOf() {
        byte[] bytes = { 1, 2, 3 };
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, 2);
        HttpResponse plain = HttpResponse.of(200);
        HttpResponse fromArray = plain.body(bytes, "a/b");
        HttpResponse fromBuffer = plain.body(buffer, "a/b");
        bytes[1] = 9;
        assertEquals(ByteBuffer.wrap(new byte[] { 1, 2, 3 }), fromArray.body());
        assertEquals(ByteBuffer.wrap(new byte[] { 2, 3 }), fromBuffer.body());
        assertEquals(2, buffer.remaining());
        assertEquals(0, plain.body().remaining());
        assertEquals(0, plain.headers().size());
        assertTrue(fromArray.body().isReadOnly());
    }

    @Test
    void commonErrorsAreAtHand() {
        assertEquals(404, HttpResponse.notFound().status());
        assertEquals(Optional.of("GET, HEAD"),
                HttpResponse.methodNotAllowed("GET", "HEAD").headers().first("Allow"));
        HttpResponse fault = HttpResponse.of(new HttpException(431, "too many fields"));
        assertEquals("431 Request Header Fields Too Large: too many fields\n",
                StandardCharsets.UTF_8.decode(fault.body()).toString());
    }

    @Test
    void aClientReadsWhatIsWritten() {
        ResponseHead head = HttpResponse.of(200).head(Persistence.CLOSE);
        assertEquals(head, Reading.response(encode(HttpResponse.of(200), "GET", Persistence.CLOSE)));
    }
}
