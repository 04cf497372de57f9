package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTest {
    @ParameterizedTest
    @DisplayName("credentials in a field are not shown")
    @CsvSource(delimiter = '|', value = {
        "Authorization | Basic dTpw | …",
        "proxy-authorization | Basic dTpw | …",
        "X-Api-Key | secret | …",
        "X-Auth-Token | secret | …",
        "Cookie | sid=secret; theme=dark | sid=…; theme=…",
        "Cookie | secret | …",
        "Set-Cookie | sid=secret; Path=/; HttpOnly | sid=…",
        "Location | wss://u:secret@a.example/x?token=secret | wss://a.example/x?…",
        "Sec-WebSocket-Protocol | chat, token.c2VjcmV0 | chat, toke…(14 characters)" })
    void credentialsAreHidden(String name, String value, String shown) {
        assertEquals(shown, Masked.value(new HttpHeaders.Field(name, value)));
    }

    @ParameterizedTest
    @DisplayName("what is no secret is shown")
    @CsvSource(delimiter = '|', value = {
        "Host | a.example:8080", "Sec-WebSocket-Key | dGhlIHNhbXBsZSBub25jZQ==", "Origin | https://a.example",
        "Sec-WebSocket-Accept | s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol | a, b",
        "Sec-WebSocket-Extensions | permessage-deflate; client_no_context_takeover", "User-Agent | x/1" })
    void othersAreShown(String name, String value) {
        assertEquals(value, Masked.value(new HttpHeaders.Field(name, value)));
    }

    @ParameterizedTest
    @DisplayName("user information and queries are not shown, in malformed URIs neither")
    @CsvSource(delimiter = '|', value = {
        "/echo?token=secret | /echo?…", "/echo | /echo", "ws://u:p@a/x | ws://a/x", "ws://a/x@y | ws://a/x@y",
        "//u@a/ | //a/", "ws://u:p@@a b?x | ws://a b?…", "* | *" })
    void uris(String uri, String shown) {
        assertEquals(shown, Masked.uri(uri));
    }

    @Test
    @DisplayName("a head is shown line by line")
    void heads() {
        HttpHeaders headers = HttpHeaders.builder().add("Host", "a").add("Authorization", "Basic x").build();
        RequestHead request = new RequestHead("GET", "/p?q=secret", HttpVersion.HTTP_1_1, headers);
        assertEquals(List.of("GET /p?… HTTP/1.1", "Host: a", "Authorization: …"), Masked.lines(request));
        ResponseHead response = ResponseHead.of(101, HttpHeaders.of("Set-Cookie", "a=secret"));
        assertEquals(List.of("HTTP/1.1 101 Switching Protocols", "Set-Cookie: a=…"), Masked.lines(response));
    }

    @Test
    @DisplayName("heads and fields hide their secrets where they are put into text as they are")
    void texts() {
        HttpHeaders headers = HttpHeaders.of("Authorization", "secret");
        assertFalse(headers.iterator().next().toString().contains("secret"));
        assertFalse(new RequestHead("GET", "/p?secret", HttpVersion.HTTP_1_1, headers).toString()
                .contains("secret"));
        assertFalse(
                ResponseHead.of(302, HttpHeaders.of("Location", "/?secret")).toString().contains("secret"));
    }
}
