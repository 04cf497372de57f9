package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersistenceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "HTTP_1_1|X: 1|KEEP_ALIVE", "HTTP_1_1|Connection: close|CLOSE",
        "HTTP_1_1|Connection: x, Close|CLOSE", "HTTP_1_1|Connection: keep-alive|KEEP_ALIVE",
        "HTTP_1_0|X: 1|CLOSE",
        "HTTP_1_0|Connection: Keep-Alive|KEEP_ALIVE", "HTTP_1_0|Connection: keep-alive, close|CLOSE",
        "HTTP_1_1|Content-Length: 1|KEEP_ALIVE", "HTTP_1_0|Content-Length: 1|CLOSE",
        "HTTP_1_1|Transfer-Encoding: chunked|KEEP_ALIVE" })
    void followsVersionConnectionAndBody(HttpVersion version, String field, Persistence expected) {
        String[] parts = field.split(": ");
        RequestHead head = new RequestHead("GET", "/", version, HttpHeaders.of(parts[0], parts[1]));
        assertEquals(expected, Persistence.of(head));
    }
}
