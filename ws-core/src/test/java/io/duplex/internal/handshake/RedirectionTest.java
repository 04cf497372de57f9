package io.duplex.internal.handshake;

import static io.duplex.client.ClientRequests.handshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.HandshakeException;
import io.duplex.client.ClientRequest;
import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectionTest {
    private static ClientRequest.Builder request(String uri) {
        return ClientRequest.builder(URI.create(uri)).maxRedirects(3);
    }

    private static HandshakeRequest follow(String from, String location) throws HandshakeException {
        return Redirection.follow(handshake(request(from).build()), Responses.redirect(302, location));
    }

    private static void assertRefused(String reason, HandshakeRequest request, ResponseHead response) {
        assertEquals(reason,
                assertThrows(HandshakeException.class, () -> Redirection.follow(request, response))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({ "300, false", "301, true", "302, true", "303, true", "304, false", "305, false", "307, true",
        "308, true", "200, false", "401, false" })
    void knowsTheStatuses(int status, boolean expected) {
        assertEquals(expected, Redirection.isRedirect(ResponseHead.of(status, HttpHeaders.of())));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({ "ws://a/x/y?q, /z, ws://a/z", "ws://a/x/y?q, z, ws://a/x/z",
        "ws://a/x/y?q, ../z?r, ws://a/z?r",
        "ws://a/x/y?q, ?r, ws://a/x/y?r", "ws://a/x, //b/z, ws://b/z", "wss://a/x, //b/z, wss://b/z",
        "ws://a/x, ws://b:8080/z, ws://b:8080/z", "ws://a/x, http://b/z, ws://b/z",
        "ws://a/x, HTTPS://B/z, wss://b/z", "ws://a/x, wss://a/x, wss://a/x",
        "wss://a/x, https://b, wss://b/",
        "ws://a/x, /z#part, ws://a/z", "ws://a/x, ws://u:p@b/z@1, ws://b/z@1" })
    void resolvesTheLocation(String from, String location, String target) throws HandshakeException {
        assertEquals(URI.create(target), follow(from, location).uri());
    }

    @Test
    void neverTakesCredentialsFromTheLocation() throws HandshakeException {
        assertEquals(HttpHeaders.of(), follow("ws://a/x", "ws://u:p@a/z").headers());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/y", "ws://b/" })
    void keepsEverythingThatIsNoFieldAndCountsDown(String location) throws HandshakeException {
        CountingExtension extension = new CountingExtension("x");
        HandshakeRequest request = handshake(request("ws://a/x").extensions(List.of(extension))
                .origin("http://page.example")
                .redirectFields("X-A")
                .build());
        HandshakeRequest next = Redirection.follow(request, Responses.redirect(307, location));
        assertEquals(List.of(extension), next.extensions());
        assertEquals(request.origin(), next.origin());
        assertEquals(request.redirectFields(), next.redirectFields());
        assertEquals(2, next.maxRedirects());
    }

    @Test
    void subprotocolsMayBeTokensAndGoToAnotherHostOnlyIfTheyAreNamed() throws HandshakeException {
        ClientRequest.Builder request = request("ws://a/x").subprotocols("chat", "token.c2VjcmV0");
        ResponseHead there = Responses.redirect(302, "ws://b/");
        assertEquals(List.of(), Redirection.follow(handshake(request.build()), there).subprotocols());
        assertEquals(List.of("chat", "token.c2VjcmV0"),
                Redirection.follow(handshake(request.redirectFields("sec-websocket-protocol").build()), there)
                        .subprotocols());
        assertEquals(List.of("chat", "token.c2VjcmV0"),
                Redirection.follow(handshake(request.redirectFields().build()), Responses.redirect(302, "/y"))
                        .subprotocols());
    }

    @Test
    void onlyFieldsThatAreNamedGoToAnotherHost() throws HandshakeException {
        HandshakeRequest request = handshake(request("ws://a/x").header("X-Api-Key", "secret")
                .header("user-agent", "example/1")
                .redirectFields("User-Agent")
                .build());
        assertEquals(HttpHeaders.of("user-agent", "example/1"),
                Redirection.follow(request, Responses.redirect(302, "ws://b/")).headers());
        assertEquals(request.headers(), Redirection.follow(request, Responses.redirect(302, "/y")).headers());
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({ "ws://u:p@a/x, /z, true", "ws://u:p@a/x, wss://a/x, true",
        "ws://u:p@a:8080/x, wss://a:8080/x, true",
        "ws://u:p@a/x, ws://b/x, false", "ws://u:p@a/x, ws://x.a/x, false",
        "ws://u:p@a/x, ws://a:8080/x, false",
        "ws://u:p@a:8080/x, wss://a/x, false", "ws://u:p@a/x, wss://a:8443/x, false",
        "wss://u:p@a/x, wss://a:80/x, false" })
    void sendsSecretsToTheSameHostOnly(String from, String location, boolean kept) throws HandshakeException {
        HandshakeRequest request = handshake(request(from).header("X-A", "1")
                .header("cookie", "a=b")
                .build());
        HttpHeaders headers = Redirection.follow(request, Responses.redirect(302, location)).headers();
        assertEquals(kept ? request.headers() : HttpHeaders.of(), headers);
    }

    @Test
    void followsNoneUnlessAllowed() {
        HandshakeRequest off = handshake(ClientRequest.of(URI.create("ws://a/x")));
        assertRefused("the server redirects with 302, and the request allows no redirect, or no further one"
                + " (ClientRequest.Builder.maxRedirects)", off,
                Responses.redirect(302, "/z"));
    }

    @Test
    void endsAfterAsManyAsAllowed() throws HandshakeException {
        HandshakeRequest request = handshake(request("ws://a/0").maxRedirects(2).build());
        HandshakeRequest last = Redirection.follow(Redirection.follow(request, Responses.redirect(301, "/1")),
                Responses.redirect(308, "/0"));
        assertEquals(0, last.maxRedirects());
        assertThrows(HandshakeException.class, () -> Redirection.follow(last, Responses.redirect(301, "/1")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "http://a/|the server redirects from wss to ws, which would give up TLS",
        "ws://b/|the server redirects from wss to ws, which would give up TLS",
        "ftp://a/|the server redirects to the scheme ftp, which is not for WebSocket",
        "mailto:a@b|the server redirects to a URI that is not a WebSocket URI",
        "https:x|the server redirects to a URI that is not a WebSocket URI",
        "https:///x|the server redirects to a URI that is not a WebSocket URI",
        "https://a:0/|the server redirects to a URI that is not a WebSocket URI",
        "https://a b/|the server redirects to a malformed Location",
        "''|the server redirects, but not with one Location" })
    void refusesToGoAnywhereElse(String location, String reason) {
        assertRefused(reason, handshake(request("wss://a/x").build()), Responses.redirect(302, location));
    }

    @Test
    void wantsOneLocation() {
        HttpHeaders two = HttpHeaders.builder().add("Location", "/a").add("Location", "/b").build();
        assertRefused("the server redirects, but not with one Location",
                handshake(request("ws://a/").build()),
                ResponseHead.of(302, two));
        assertRefused("the server redirects, but not with one Location",
                handshake(request("ws://a/").build()),
                ResponseHead.of(302, HttpHeaders.of()));
    }
}
