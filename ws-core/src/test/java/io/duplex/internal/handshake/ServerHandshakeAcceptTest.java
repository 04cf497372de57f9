package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.duplex.WebSocketHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpResponse;
import io.duplex.http.PathPattern;
import io.duplex.http.RequestHead;
import io.duplex.server.Authorization;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import io.duplex.server.SubprotocolSelector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** RFC 6455 section 4.2.2: the response, whole. */
class ServerHandshakeAcceptTest {
    private static final String START =
            "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
                    + "Sec-WebSocket-Accept: " + Requests.ACCEPT + "\n";

    private static final Admission.Granted GRANTED = new Admission.Granted(HttpHeaders.of(), Map.of());

    private final CountingExtension first = new CountingExtension("x-first");
    private final CountingExtension second = new CountingExtension("x-second");
    private final EndpointConfig endpoint = Endpoints.config(Endpoint.builder()
            .handler(new WebSocketHandler() {})
            .subprotocols(SubprotocolSelector.preferring("chat"))
            .extensions(List.of(first, second))
            .responseHeaders(HttpHeaders.of("Server", "duplex"))
            .build());
    private final ServerHandshake handshake = Endpoints.handshake(
            EndpointRoutes.builder().add(PathPattern.of("/{room}"), endpoint).build());

    private RequestDecision.ValidatedRequest candidate(UnaryOperator<HttpHeaders.Builder> change) {
        return assertInstanceOf(RequestDecision.ValidatedRequest.class,
                handshake.decide(Requests.handshake("/kitchen", change), Requests.PEER, false));
    }

    private static String text(Upgrade upgrade) {
        return new String(upgrade.response().encode(), StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    }

    @Test
    void writesNothingThatWasNotNegotiated() {
        Upgrade upgrade = handshake.accept(candidate(fields -> fields.add("Sec-WebSocket-Protocol", "other")
                .add("Sec-WebSocket-Extensions", "unknown")), GRANTED);
        assertEquals(START + "Server: duplex\n\n", text(upgrade));
        assertEquals(Optional.empty(), upgrade.subprotocol());
        assertEquals(List.of(), upgrade.extensions());
    }

    @Test
    void writesTheSubprotocolAndTheExtensions() {
        Upgrade upgrade = handshake.accept(
                candidate(fields -> fields.add("Sec-WebSocket-Protocol", "other, chat")
                        .add("Sec-WebSocket-Extensions", "x-second")
                        .add("Sec-WebSocket-Extensions", "x-first; no, x-first")),
                GRANTED);
        assertEquals(START + "Sec-WebSocket-Protocol: chat\nSec-WebSocket-Extensions: x-second, x-first\n"
                + "Server: duplex\n\n", text(upgrade));
        assertEquals(Optional.of("chat"), upgrade.subprotocol());
        assertEquals(List.of("x-second", "x-first"),
                upgrade.extensions().stream().map(extension -> extension.agreed().name()).toList());
    }

    @Test
    void addsTheFieldsOfTheGrant() {
        HttpHeaders cookies = HttpHeaders.builder().add("Set-Cookie", "a=1").add("Set-Cookie", "b=2").build();
        Upgrade upgrade = handshake.accept(candidate(fields -> fields),
                new Admission.Granted(cookies, Map.of("user", "anna")));
        assertEquals(START + "Server: duplex\nSet-Cookie: a=1\nSet-Cookie: b=2\n\n", text(upgrade));
        assertEquals(Map.of("user", "anna"), upgrade.attachments());
    }

    @Test
    void keepsWhatTheConnectionNeeds() {
        RequestDecision.ValidatedRequest candidate = candidate(fields -> fields);
        Upgrade upgrade = handshake.accept(candidate, GRANTED);
        RequestHead request = upgrade.request();
        assertSame(candidate.head(), request);
        assertSame(endpoint, upgrade.endpoint());
        assertEquals(Map.of("room", "kitchen"), upgrade.pathParameters());
    }

    @Test
    void makesNoExtensionForARefusedCandidate() {
        RequestDecision.ValidatedRequest candidate =
                candidate(fields -> fields.add("Sec-WebSocket-Extensions", "x-first"));
        RequestDecision.Refuse refuse =
                candidate.refuse(Authorization.refused(401, "who are you").response());
        assertEquals("GET", refuse.method());
        assertEquals(401, refuse.response().status());
        assertEquals(0, first.made);
        handshake.accept(candidate, GRANTED);
        assertEquals(1, first.made);
        assertEquals(0, first.closed);
    }

    @Test
    void refusesACandidateWithAnyResponse() {
        HttpResponse elsewhere = HttpResponse.of(307).header("Location", "/login");
        assertEquals(
                "HTTP/1.1 307 Temporary Redirect\nLocation: /login\nContent-Length: 0\nConnection: close\n\n",
                new String(candidate(fields -> fields).refuse(elsewhere).encode(),
                        StandardCharsets.ISO_8859_1)
                        .replace("\r\n", "\n"));
    }
}
