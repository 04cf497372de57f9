package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainHttpExchangeTest {
    private static final InetSocketAddress PEER = InetSocketAddress.createUnresolved("peer", 1);

    private static PlainHttpExchange exchange(String requestLine, String fields) {
        RequestHead head = Reading.request(requestLine + "\r\nHost: a\r\n" + fields + "\r\n");
        return PlainHttpExchange.of(head, PEER, true, PlainHttpExchange.Terms.READ_ONLY);
    }

    @Test
    void servesGetAndHead() {
        var serve = assertInstanceOf(PlainHttpExchange.Serve.class, exchange("HEAD /a%20b?c HTTP/1.1", ""));
        assertEquals(new HttpRequest("HEAD", Reading.target("/a%20b?c"), HttpHeaders.of("Host", "a"),
                Map.of(), PEER,
                true), serve.request());
        assertEquals(Persistence.KEEP_ALIVE, serve.persistence());
        String response = new String(serve.encode(HttpResponse.notFound()), StandardCharsets.UTF_8);
        assertTrue(response.contains("Connection: keep-alive\r\n") && response.endsWith("\r\n\r\n"),
                response);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "GET / HTTP/1.1|Content-Length: 5|413",
        "POST / HTTP/1.1|Transfer-Encoding: chunked|405", "POST / HTTP/1.1|Content-Length: 0|405",
        "get / HTTP/1.1|X: 1|405", "CONNECT a:1 HTTP/1.1|X: 1|405", "OPTIONS * HTTP/1.1|X: 1|405",
        "GET * HTTP/1.1|X: 1|400", "GET a:1 HTTP/1.1|X: 1|400", "GET /%zz HTTP/1.1|X: 1|400",
        "GET /../x HTTP/1.1|X: 1|400" })
    void refusesTheRestAndCloses(String requestLine, String field, int status) {
        var refuse = assertInstanceOf(PlainHttpExchange.Refuse.class, exchange(requestLine, field + "\r\n"));
        assertEquals(status, refuse.response().status());
        String response = new String(refuse.encode(), StandardCharsets.UTF_8);
        assertTrue(response.startsWith("HTTP/1.1 " + status) && response.contains("Connection: close\r\n"),
                response);
        assertEquals(status == 405, response.contains("\r\nAllow: GET, HEAD\r\n"));
    }
}
