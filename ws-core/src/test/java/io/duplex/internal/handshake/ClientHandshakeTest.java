package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.HandshakeException;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.http.HttpHeaders;
import io.duplex.http.PathPattern;
import io.duplex.http.ResponseHead;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import io.duplex.server.SubprotocolSelector;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeTest {
    private static final PerMessageDeflate DEFLATE = PerMessageDeflate.create();

    private static final String START = "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Key: "
            + Requests.KEY + "\nSec-WebSocket-Version: 13\n";

    private static ClientRequest.Builder request(String uri) {
        return ClientRequest.builder(URI.create(uri));
    }

    private static ClientHandshake handshake(ClientRequest.Builder request) throws HandshakeException {
        return ClientHandshake.of(ClientRequests.handshake(request.build()), Requests.KEY);
    }

    private static String head(ClientRequest.Builder request) throws HandshakeException {
        return new String(handshake(request).head().encode(), StandardCharsets.ISO_8859_1).replace("\r\n",
                "\n");
    }

    // RFC 6455 section 4.1: the request

    @Test
    void asksForTheResource() throws HandshakeException {
        assertEquals("GET /chat?room=1 HTTP/1.1\nHost: server.example.com\n" + START + "\n",
                head(request("ws://server.example.com:80/chat?room=1")));
    }

    @Test
    void asksInFull() throws HandshakeException {
        assertEquals("GET / HTTP/1.1\nHost: [::1]:8443\n" + START
                + "Sec-WebSocket-Protocol: chat, superchat\nSec-WebSocket-Extensions: x-a, x-b\n"
                + "Origin: https://example.com\nX-A: 1\nAuthorization: Basic YW5uYTpwdw==\nCookie: a=b; "
                + "c=d\n\n",
                head(request("wss://anna:pw@[::1]:8443").subprotocols("chat", "superchat")
                        .extensions(List.of(new CountingExtension("x-a"), new CountingExtension("x-b")))
                        .origin("https://example.com")
                        .header("Cookie", "a=b")
                        .header("X-A", "1")
                        .header("Cookie", "c=d")));
    }

    @Test
    void refusesACookieThatWouldForgeAField() {
        ClientRequest request = request("ws://a/").cookies(new CookieHandler() {
            @Override
            public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
                return Map.of("Cookie", List.of("a=b\r\nX: y"));
            }

            @Override
            public void put(URI uri, Map<String, List<String>> headers) {}
        }).build();
        assertEquals("the cookie handler gave a malformed cookie",
                assertThrows(HandshakeException.class,
                        () -> ClientHandshake.of(ClientRequests.handshake(request), Requests.KEY))
                        .getMessage());
    }

    // The response, item 1: status

    @Test
    void acceptsAResponseThatKeepsTheRules() throws HandshakeException {
        assertEquals(new ResponseVerdict.Accepted(Optional.of("chat"), List.of()),
                handshake(request("ws://a/").subprotocols("chat"))
                        .check(Responses.accepting(fields -> fields.add("Sec-WebSocket-Protocol", "chat"))));
    }

    @ParameterizedTest
    @ValueSource(ints = { 100, 102, 103, 199 })
    void waitsForAnotherHeadAfterAnInterimResponse(int status) throws HandshakeException {
        assertEquals(new ResponseVerdict.Interim(),
                handshake(request("ws://a/")).check(ResponseHead.of(status, Responses.fields())));
    }

    @ParameterizedTest
    @CsvSource({ "200, 200 OK", "204, 204 No Content", "304, 304 Not Modified", "401, 401 Unauthorized",
        "404, 404 Not Found", "426, 426 Upgrade Required", "503, 503 Service Unavailable", "599, 599" })
    void isRefusedByAnyOtherStatus(int status, String named) throws HandshakeException {
        ResponseHead response = ResponseHead.of(status, Responses.fields());
        assertEquals(
                new ResponseVerdict.Refused(status < 300
                        ? "expected 101, got " + named + ": is this a WebSocket endpoint?"
                        : "the server refused the handshake with " + named, response,
                        Optional.empty()),
                handshake(request("ws://a/")).check(response));
    }

    @Test
    void saysWhichVersionsTheServerSpeaks() throws HandshakeException {
        ResponseHead response = ResponseHead.of(426,
                HttpHeaders.builder()
                        .add("Sec-WebSocket-Version", "8, 7")
                        .add("Sec-WebSocket-Version", "0")
                        .build());
        ResponseVerdict.Refused refused = assertInstanceOf(ResponseVerdict.Refused.class,
                handshake(request("ws://a/")).check(response));
        assertEquals(
                "the server refused the handshake with 426 Upgrade Required: it speaks version 8, 7, 0 "
                        + "and not 13",
                refused.reason());
    }

    @Test
    void isRefusedByABrokenRuleWithTheResponseAndTheCause() throws HandshakeException {
        ResponseHead response = Responses
                .accepting(fields -> fields.add("Sec-WebSocket-Extensions", "other"));
        ResponseVerdict.Refused refused = assertInstanceOf(ResponseVerdict.Refused.class,
                handshake(request("ws://a/")).check(response));
        HandshakeException exception = refused.exception("body".getBytes(StandardCharsets.UTF_8));
        assertEquals("the server's response has extension other, which was not offered",
                exception.getMessage());
        assertEquals(Optional.of(response), exception.response());
        assertArrayEquals("body".getBytes(StandardCharsets.UTF_8), exception.body());
        assertSame(refused.cause().orElseThrow(), exception.getCause());
    }

    // Redirects and cookies

    @Test
    void isSentElsewhereIfItMay() throws HandshakeException {
        ResponseVerdict.Redirect redirect = assertInstanceOf(ResponseVerdict.Redirect.class,
                handshake(request("ws://a/x").maxRedirects(1)).check(Responses.redirect(307, "https://b/y")));
        assertEquals(URI.create("wss://b/y"), redirect.next().uri());
        assertEquals(0, redirect.next().maxRedirects());
    }

    @Test
    void isRefusedByARedirectIfItMayNot() throws HandshakeException {
        assertInstanceOf(ResponseVerdict.Refused.class,
                handshake(request("ws://a/x")).check(Responses.redirect(302, "ws://b/y")));
    }

    @ParameterizedTest
    @ValueSource(ints = { 302, 401 })
    void keepsCookiesOfFinalResponses(int status) throws HandshakeException, IOException {
        CookieManager kept = new CookieManager();
        HttpHeaders headers = HttpHeaders.builder()
                .add("Set-Cookie", "a=b; Path=/")
                .add("Location", "/y")
                .build();
        handshake(request("ws://a.example/x").cookies(kept)).check(ResponseHead.of(status, headers));
        assertEquals(List.of("a=b"), kept.get(URI.create("http://a.example/"), Map.of()).get("Cookie"));
        assertEquals("GET /y HTTP/1.1\nHost: a.example\n" + START + "Cookie: a=b\n\n",
                head(request("ws://a.example/y").cookies(kept)));
    }

    // Both sides

    @Test
    void agreesWithTheServersSide() throws HandshakeException {
        Endpoint endpoint = Endpoint.builder()
                .handler(new WebSocketHandler() {})
                .subprotocols(SubprotocolSelector.preferring("b", "a"))
                .extensions(List.of(DEFLATE))
                .build();
        ServerHandshake server = Endpoints.handshake(
                EndpointRoutes.builder().add(PathPattern.of("/chat"), Endpoints.config(endpoint)).build());
        ClientHandshake client = handshake(request("ws://a.example:8080/chat").subprotocols("a", "b")
                .origin("http://a.example:8080")
                .extensions(List.of(DEFLATE)));
        Upgrade upgrade = server.accept(assertInstanceOf(RequestDecision.ValidatedRequest.class,
                server.decide(client.head(), Requests.PEER, false)),
                new Admission.Granted(HttpHeaders.of(), Map.of()));
        ResponseVerdict.Accepted accepted = assertInstanceOf(ResponseVerdict.Accepted.class,
                client.check(upgrade.response()));
        assertEquals(Optional.of("b"), accepted.subprotocol());
        assertEquals(upgrade.extensions().stream().map(extension -> extension.agreed()).toList(),
                accepted.extensions().stream().map(extension -> extension.agreed()).toList());
        assertEquals(1, accepted.extensions().size());
        upgrade.extensions().forEach(extension -> extension.close());
        accepted.extensions().forEach(extension -> extension.close());
    }
}
