package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.Persistence;
import io.duplex.http.RequestHead;
import io.duplex.http.RequestReader;
import io.duplex.http.RequestTarget;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainRequestRulesTest {
    private static final InetSocketAddress PEER = InetSocketAddress.createUnresolved("peer", 1);

    private static RequestDecision decide(String requestLine, String fields) {
        ServerHandshake.Terms terms = new ServerHandshake.Terms(host -> true, (head, secure) -> true,
                target -> HttpHandler.GET_AND_HEAD, 0);
        return PlainRequestRules.decide(head(requestLine + "\r\nHost: a\r\n" + fields + "\r\n"), PEER, true,
                terms);
    }

    private static RequestHead head(String wire) {
        try {
            return new RequestReader(HeadLimits.DEFAULT)
                    .read(ByteBuffer.wrap(wire.getBytes(StandardCharsets.ISO_8859_1)))
                    .orElseThrow();
        } catch (HttpException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void servesGetAndHead() throws HttpException {
        var serve = assertInstanceOf(RequestDecision.Plain.class, decide("HEAD /a%20b?c HTTP/1.1", ""));
        assertEquals(new HttpRequest("HEAD", RequestTarget.parse("/a%20b?c"), HttpHeaders.of("Host", "a"),
                Map.of(), PEER,
                true), serve.request());
        assertEquals(Persistence.KEEP_ALIVE, serve.persistence());
        String response = new String(HttpResponse.notFound().encode("HEAD", serve.persistence()),
                StandardCharsets.UTF_8);
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
        var refuse = assertInstanceOf(RequestDecision.Refuse.class, decide(requestLine, field + "\r\n"));
        assertEquals(status, refuse.response().status());
        String response = new String(refuse.encode(), StandardCharsets.UTF_8);
        assertTrue(response.startsWith("HTTP/1.1 " + status) && response.contains("Connection: close\r\n"),
                response);
        assertEquals(status == 405, response.contains("\r\nAllow: GET, HEAD\r\n"));
    }
}
