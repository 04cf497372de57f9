package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.http.HttpHeaders;
import java.net.CookieManager;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which URIs are read and how is in WebSocketUriTest. */
class ClientRequestTest {
    private static final PerMessageDeflate DEFLATE = PerMessageDeflate.create();

    private static ClientRequest.Builder builder(String uri) {
        return ClientRequest.builder(URI.create(uri));
    }

    @Test
    void takesThePartsFromTheUri() {
        ClientRequest request = ClientRequest.of(URI.create("wss://Example.com:443/chat?x=1"));
        assertEquals(URI.create("wss://example.com/chat?x=1"), request.uri());
        assertTrue(request.secure());
        assertEquals("example.com", request.host());
        assertEquals(443, request.port());
        assertEquals("example.com", request.hostField());
        assertEquals("/chat?x=1", request.resourceName());
    }

    @Test
    void asksForNothingMoreByDefault() {
        ClientRequest request = ClientRequest.of(URI.create("ws://a"));
        assertEquals(HttpHeaders.of(), request.headers());
        assertEquals(List.of(), request.subprotocols());
        assertEquals(List.of(), request.extensions());
        assertEquals(Optional.empty(), request.origin());
        assertEquals(Optional.empty(), request.cookies());
        assertEquals(0, request.maxRedirects());
        assertEquals(Optional.empty(), request.options());
    }

    @Test
    void refusesAUriOfHttpWithAHint() {
        ClientRequest.Builder builder = builder("https://example.com/");
        assertEquals("The URI has the scheme https; use wss instead",
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }

    @Test
    void sendsUserInformationAsAuthorizationOnly() {
        ClientRequest request = builder("ws://Aladdin:open%20sesame@a/x").header("X-A", "1").build();
        assertEquals(HttpHeaders.builder()
                .add("X-A", "1")
                .add("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
                .build(), request.headers());
        assertEquals(URI.create("ws://a/x"), request.uri());
        assertEquals("/x", request.resourceName());
        assertEquals("a", request.hostField());
    }

    @Test
    void refusesTwoKindsOfCredentials() {
        ClientRequest.Builder builder = builder("ws://u:p@a/").header("authorization", "Bearer x");
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    @ParameterizedTest
    @ValueSource(strings = { "Host", "Upgrade", "connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
        "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin", "Content-Length" })
    void refusesTheFieldsOfTheHandshake(String name) {
        ClientRequest.Builder builder = builder("ws://a/");
        String message = assertThrows(IllegalArgumentException.class, () -> builder.header(name, "x"))
                .getMessage();
        assertTrue(message.contains(name), message);
    }

    @Test
    void refusesAHeaderInjection() {
        ClientRequest.Builder builder = builder("ws://a/");
        assertThrows(IllegalArgumentException.class, () -> builder.header("X-A", "1\r\nX-B: 2"));
        assertThrows(IllegalArgumentException.class, () -> builder.header("X A", "1"));
    }

    @Test
    void wantsSubprotocolsThatAreTokensAndOnce() {
        assertThrows(IllegalArgumentException.class, () -> builder("ws://a/").subprotocols("a", "a"));
        assertThrows(IllegalArgumentException.class, () -> builder("ws://a/").subprotocols("a,b"));
        assertEquals(List.of("b", "a"), builder("ws://a/").subprotocols("b", "a").build().subprotocols());
    }

    @Test
    void wantsEachExtensionOnce() {
        assertThrows(IllegalArgumentException.class, () -> builder("ws://a/")
                .extensions(List.of(DEFLATE, DEFLATE)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "example.com", "https://example.com/", "null", "" })
    void wantsAnOrigin(String origin) {
        assertThrows(IllegalArgumentException.class, () -> builder("ws://a/").origin(origin));
    }

    @Test
    void wantsNoNegativeNumberOfRedirects() {
        assertThrows(IllegalArgumentException.class, () -> builder("ws://a/").maxRedirects(-1));
    }

    @Test
    void goesOnFromARequest() {
        CookieManager cookies = new CookieManager();
        ClientRequest request = builder("ws://u:p@a/x").header("X-A", "1")
                .subprotocols("s")
                .extensions(List.of(DEFLATE))
                .origin("http://o")
                .cookies(cookies)
                .maxRedirects(2)
                .options(ConnectionOptions.CLIENT)
                .build();
        ClientRequest copy = request.toBuilder().uri(URI.create("ws://b/y")).build();
        assertEquals(URI.create("ws://b/y"), copy.uri());
        assertEquals(request.headers(), copy.headers());
        assertEquals(List.of("s"), copy.subprotocols());
        assertEquals(List.of(DEFLATE), copy.extensions());
        assertEquals(Optional.of("http://o"), copy.origin());
        assertEquals(Optional.of(cookies), copy.cookies());
        assertEquals(2, copy.maxRedirects());
        assertEquals(Optional.of(ConnectionOptions.CLIENT), copy.options());
    }

    @Test
    void isNotChangedByItsBuilder() {
        ClientRequest.Builder builder = builder("ws://a/").header("X-A", "1");
        ClientRequest request = builder.build();
        builder.header("X-B", "2").maxRedirects(5);
        assertEquals(HttpHeaders.of("X-A", "1"), request.headers());
        assertEquals(0, request.maxRedirects());
    }

    @Test
    void showsNoSecrets() {
        String text = builder("wss://anna:secret@a/x?token=secret").header("Cookie", "secret")
                .build()
                .toString();
        assertEquals("ClientRequest[wss://a/x?...]", text);
        assertFalse(text.contains("anna"));
    }

    @Test
    void anAddressStaysWithItsHostAndPort() {
        SocketAddress address = UnixDomainSocketAddress.of("/run/x");
        ClientRequest request = ClientRequest.builder(URI.create("ws://a/x")).address(address).build();
        assertEquals(Optional.of(address), request.address());
        assertEquals(Optional.of(address), request.toBuilder().uri(URI.create("ws://a/y")).build().address());
        assertEquals(Optional.empty(), request.toBuilder().uri(URI.create("ws://b/x")).build().address());
        assertEquals(Optional.empty(), request.toBuilder().uri(URI.create("ws://a:81/x")).build().address());
    }
}
