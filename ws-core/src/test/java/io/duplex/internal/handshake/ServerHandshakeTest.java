package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocketHandler;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.PathPattern;
import io.duplex.http.RequestHead;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;
import io.duplex.server.SubprotocolSelector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a request is answered with, in the order of the checks. The rules for single fields are in
 * RequestRulesTest.
 */
class ServerHandshakeTest {
    private final CountingExtension extension = new CountingExtension("x-count");
    private final EndpointConfig chat =
            Endpoints.config(endpoint().subprotocols(SubprotocolSelector.preferring("v2", "v1"))
                    .extensions(List.of(extension))
                    .build());

    private static Endpoint.Builder endpoint() {
        return Endpoint.builder().handler(new WebSocketHandler() {});
    }

    private static ServerHandshake serving(EndpointConfig endpoint) {
        return Endpoints.handshake(EndpointRoutes.builder()
                .add(PathPattern.of("/chat"), endpoint)
                .add(PathPattern.of("/chat/{room}"), endpoint)
                .build());
    }

    private RequestDecision decide(RequestHead head) {
        return serving(chat).decide(head, Requests.PEER, false);
    }

    private static void assertRefused(String response, RequestDecision step) {
        RequestDecision.Refuse refuse = assertInstanceOf(RequestDecision.Refuse.class, step);
        assertEquals(response, new String(refuse.encode(), StandardCharsets.UTF_8).replace("\r\n", "\n"));
    }

    /** The whole response: status, fields in their order, and a line for a person. */
    private static String response(String status, String more, String reason) {
        String body = status + ": " + reason + "\n";
        return "HTTP/1.1 " + status + "\nContent-Type: text/plain; charset=utf-8\n" + more
                + "Content-Length: "
                + body.length() + "\nConnection: close\n\n" + body;
    }

    private static String badRequest(String reason) {
        return response("400 Bad Request", "", reason);
    }

    // What is no handshake

    @Test
    void leavesPlainHttpToOthers() {
        RequestHead head = new RequestHead("HEAD", "/chat", HttpVersion.HTTP_1_1,
                HttpHeaders.of("Host", "a"));
        RequestDecision.Plain plain = assertInstanceOf(RequestDecision.Plain.class, decide(head));
        assertEquals("HEAD", plain.request().method());
        assertEquals(Requests.PEER, plain.request().remoteAddress());
    }

    @Test
    void ignoresAnUpgradeToSomethingElse() {
        HttpHeaders headers = HttpHeaders.builder()
                .add("Host", "a")
                .add("Upgrade", "h2c")
                .add("Connection", "Upgrade")
                .build();
        assertInstanceOf(RequestDecision.Plain.class,
                decide(new RequestHead("GET", "/", HttpVersion.HTTP_1_1, headers)));
    }

    @Test
    void refusesPlainHttpThatNobodyServes() {
        RequestHead head = new RequestHead("DELETE", "/", HttpVersion.HTTP_1_1, HttpHeaders.of("Host", "a"));
        assertEquals(405, assertInstanceOf(RequestDecision.Refuse.class, decide(head)).response().status());
    }

    @Test
    void asksForAnUpgradeWhereOnlyAnEndpointIs() {
        RequestDecision.Plain plain = assertInstanceOf(RequestDecision.Plain.class,
                decide(new RequestHead("GET", "/chat", HttpVersion.HTTP_1_1, HttpHeaders.of("Host", "a"))));
        ServerHandshake handshake = serving(chat);
        String body = "426 Upgrade Required: this path is for WebSocket connections\n";
        assertEquals(
                "HTTP/1.1 426 Upgrade Required\nContent-Type: text/plain; charset=utf-8\nUpgrade: websocket\n"
                        + "Sec-WebSocket-Version: 13\nContent-Length: " + body.length()
                        + "\nConnection: Upgrade, keep-alive\n\n"
                        + body,
                new String(handshake.unhandled(plain.request()).encode("GET", plain.persistence()),
                        StandardCharsets.UTF_8)
                        .replace("\r\n", "\n"));
        RequestDecision.Plain elsewhere = assertInstanceOf(RequestDecision.Plain.class,
                decide(new RequestHead("GET", "/", HttpVersion.HTTP_1_1, HttpHeaders.of("Host", "a"))));
        assertEquals(404, handshake.unhandled(elsewhere.request()).status());
    }

    // RFC 6455 section 4.2.1

    @Test
    void refusesAnotherMethod() {
        assertRefused(
                response("405 Method Not Allowed", "Allow: GET\n", "a WebSocket handshake is a GET request"),
                decide(new RequestHead("POST", "/chat", HttpVersion.HTTP_1_1, Requests.fields())));
    }

    @Test
    void refusesHeadWithoutABody() {
        RequestDecision.Refuse refuse = assertInstanceOf(RequestDecision.Refuse.class,
                decide(new RequestHead("HEAD", "/chat", HttpVersion.HTTP_1_1, Requests.fields())));
        assertTrue(new String(refuse.encode(), StandardCharsets.UTF_8).endsWith("\r\n\r\n"));
    }

    @Test
    void refusesHttp10() {
        assertRefused(badRequest("a WebSocket handshake needs HTTP/1.1"),
                decide(new RequestHead("GET", "/chat", HttpVersion.HTTP_1_0, Requests.fields())));
    }

    @Test
    void refusesABody() {
        assertRefused(badRequest("a WebSocket handshake has no body"),
                decide(Requests.with("Content-Length", "2")));
    }

    @Test
    void refusesAnUnknownPath() {
        assertRefused(response("404 Not Found", "", "no WebSocket endpoint here"),
                decide(Requests.handshake("/cat")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "*", "a:80", "/%zz", "/../x" })
    void refusesATargetThatIsNoPath(String target) {
        assertEquals(400,
                assertInstanceOf(RequestDecision.Refuse.class, decide(Requests.handshake(target))).response()
                        .status());
    }

    @Test
    void refusesAMissingUpgradeThatTheOtherFieldsBetray() {
        assertRefused(badRequest("no Upgrade; a proxy on the way may have removed it"),
                decide(Requests.handshake("/chat", fields -> fields.remove("Upgrade").remove("Connection"))));
    }

    @Test
    void refusesAnInvalidKey() {
        assertRefused(badRequest("Sec-WebSocket-Key is not 16 bytes in base64"),
                decide(Requests.handshake("/chat", fields -> fields.set("Sec-WebSocket-Key", "x"))));
    }

    @Test
    void answersAnotherVersionWithTheOneThatItSpeaks() {
        String body = "426 Upgrade Required: the only version spoken here is 13\n";
        assertRefused(
                "HTTP/1.1 426 Upgrade Required\nContent-Type: text/plain; charset=utf-8\nUpgrade: websocket\n"
                        + "Sec-WebSocket-Version: 13\nContent-Length: " + body.length()
                        + "\nConnection: Upgrade, close\n\n" + body,
                decide(Requests.handshake("/chat", fields -> fields.set("Sec-WebSocket-Version", "8"))));
    }

    @Test
    void refusesAForeignOrigin() {
        assertRefused(response("403 Forbidden", "", "pages of this origin may not connect"),
                decide(Requests.with("Origin", "http://evil.example")));
        assertInstanceOf(RequestDecision.ValidatedRequest.class,
                decide(Requests.with("Origin", "http://server.example.com")));
    }

    @Test
    void tellsTheOriginPolicyWhetherTheConnectionIsSecure() {
        ServerHandshake secureOnly =
                serving(Endpoints.config(endpoint().origins((request, secure) -> secure).build()));
        assertInstanceOf(RequestDecision.ValidatedRequest.class,
                secureOnly.decide(Requests.handshake("/chat"), Requests.PEER, true));
        assertInstanceOf(RequestDecision.Refuse.class,
                secureOnly.decide(Requests.handshake("/chat"), Requests.PEER, false));
    }

    @Test
    void saysWhichOriginWasRefusedToTheListenerOnly() {
        RequestDecision.Refuse refuse =
                assertInstanceOf(RequestDecision.Refuse.class,
                        decide(Requests.with("Origin", "http://evil.example")));
        assertEquals(Optional.of("http://evil.example"), refuse.origin());
        assertEquals("the origin is not allowed (OriginPolicy)", refuse.reason());
    }

    // RFC 9110 section 7.4

    private static RequestDecision decideFor(RequestHead head, boolean secure) {
        ServerHandshake.Terms terms = new ServerHandshake.Terms(
                HostPolicy.allow("server.example.com")::allows, OriginPolicy.sameHost()::allows,
                target -> HttpHandler.GET_AND_HEAD, 0);
        Endpoint unreachable = endpoint().origins((request, tls) -> {
            throw new AssertionError("asked about a request for another host");
        }).build();
        return new ServerHandshake(
                EndpointRoutes.builder().add(PathPattern.of("/chat"), Endpoints.config(unreachable)).build(),
                terms)
                .decide(head, Requests.PEER, secure);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat", "/none", "/%zz", "http://evil.example/chat", "*" })
    void refusesAnotherHostBeforeAnythingElse(String target) {
        for (String upgrade : List.of("websocket", "h2c")) {
            RequestHead head = Requests.handshake(target, fields -> fields.set("Host", "evil.example")
                    .set("Upgrade", upgrade)
                    .add("Origin", "http://evil.example"));
            RequestDecision.Refuse refuse =
                    assertInstanceOf(RequestDecision.Refuse.class, decideFor(head, false));
            assertEquals(421, refuse.response().status());
            assertEquals(Optional.of("evil.example"), refuse.host());
            assertRefused(response("421 Misdirected Request", "", "this host is not served here"), refuse);
        }
    }

    @Test
    void takesTheHostOfAnAbsoluteTarget() {
        RequestHead head = new RequestHead("GET", "http://evil.example/", HttpVersion.HTTP_1_1,
                HttpHeaders.of("Host", "server.example.com"));
        assertEquals(Optional.of("evil.example"),
                assertInstanceOf(RequestDecision.Refuse.class, decideFor(head, false)).host());
    }

    @Test
    void servesARequestWithoutHostWhichNoBrowserSends() {
        assertInstanceOf(RequestDecision.Plain.class,
                decideFor(new RequestHead("GET", "/", HttpVersion.HTTP_1_0, HttpHeaders.of()), false));
    }

    @ParameterizedTest
    @CsvSource({ "https, false, true", "wss, false, true", "HTTPS, false, true", "http, false, false",
        "ws, false, false", "https, true, false", "http, true, false" })
    void servesNoSecureTargetInClear(String scheme, boolean secure, boolean refused) {
        RequestDecision step =
                decideFor(new RequestHead("GET", scheme + "://server.example.com/", HttpVersion.HTTP_1_1,
                        HttpHeaders.of("Host", "server.example.com")), secure);
        if (refused) {
            assertEquals(421, assertInstanceOf(RequestDecision.Refuse.class, step).response().status());
        } else {
            assertInstanceOf(RequestDecision.Plain.class, step);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Sec-WebSocket-Protocol|a b|Sec-WebSocket-Protocol lists something that is not a token",
        "Sec-WebSocket-Protocol|v1, v1|Sec-WebSocket-Protocol lists a subprotocol twice",
        "Sec-WebSocket-Protocol|''|Sec-WebSocket-Protocol lists no subprotocol",
        "Sec-WebSocket-Extensions|''|Sec-WebSocket-Extensions: the extension list is empty",
        "Sec-WebSocket-Extensions|a;|Sec-WebSocket-Extensions: expected a parameter name at offset 2" })
    void refusesAMalformedList(String name, String value, String reason) {
        assertRefused(badRequest(reason), decide(Requests.with(name, value)));
    }

    @Test
    void showsNoPolicyARequestThatBreaksARule() {
        OriginPolicy unreachable = (request, secure) -> {
            throw new AssertionError("asked about a broken request");
        };
        ServerHandshake handshake = serving(Endpoints.config(endpoint().origins(unreachable).build()));
        assertInstanceOf(RequestDecision.Refuse.class, handshake.decide(
                Requests.handshake("/chat", fields -> fields.remove("Connection")), Requests.PEER, false));
    }

    // Candidates

    @Test
    void makesACandidateOfTheRequest() {
        RequestHead head = Requests.handshake("/chat/a%20b?x=1", fields -> fields
                .add("Sec-WebSocket-Protocol", "v1, v2")
                .add("Sec-WebSocket-Extensions", "x-count; a=1, other, x-count"));
        RequestDecision.ValidatedRequest candidate =
                assertInstanceOf(RequestDecision.ValidatedRequest.class, decide(head));
        assertSame(head, candidate.head());
        assertSame(chat, candidate.endpoint());
        assertEquals(Map.of("room", "a b"), candidate.request().pathParameters());
        assertEquals(Optional.of("1"), candidate.request().target().queryParameter("x"));
        assertEquals(Optional.of("v2"), candidate.subprotocol());
        assertEquals(List.of("x-count; a=1", "other", "x-count"),
                candidate.offers().stream().map(offer -> offer.format()).toList());
        assertEquals(0, extension.made);
    }

    @Test
    void goesOnWithoutASubprotocolInCommon() {
        assertEquals(Optional.empty(), assertInstanceOf(RequestDecision.ValidatedRequest.class,
                decide(Requests.with("Sec-WebSocket-Protocol", "V2"))).subprotocol());
    }

    @Test
    void doesNotSendASubprotocolThatWasNotOffered() {
        ServerHandshake handshake = serving(
                Endpoints.config(endpoint().subprotocols((offered, request) -> Optional.of("mine")).build()));
        assertThrows(IllegalStateException.class,
                () -> handshake.decide(Requests.with("Sec-WebSocket-Protocol", "other"), Requests.PEER,
                        false));
    }
}
