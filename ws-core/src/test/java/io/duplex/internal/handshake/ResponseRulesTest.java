package io.duplex.internal.handshake;

import static io.duplex.client.ClientRequests.handshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.HandshakeException;
import io.duplex.client.ClientRequest;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.ResponseHead;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the order of RFC 6455 section 4.1, what a client checks in a response. */
class ResponseRulesTest {
    private final CountingExtension first = new CountingExtension("x-first");
    private final CountingExtension second = new CountingExtension("x-second");
    private final HandshakeRequest request =
            handshake(ClientRequest.builder(URI.create("ws://server.example.com/chat"))
                    .subprotocols("chat", "superchat")
                    .extensions(List.of(first, second))
                    .build());

    private ResponseVerdict.Accepted check(UnaryOperator<HttpHeaders.Builder> change)
            throws HandshakeException {
        return ResponseRules.check(request, Requests.KEY, Responses.accepting(change));
    }

    private void assertRefused(String reason, UnaryOperator<HttpHeaders.Builder> change) {
        assertEquals(reason, assertThrows(HandshakeException.class, () -> check(change)).getMessage());
    }

    @Test
    void acceptsTheExampleOfTheRfc() throws HandshakeException {
        assertEquals(new ResponseVerdict.Accepted(Optional.empty(), List.of()), check(fields -> fields));
    }

    @Test
    void refusesHttp10() {
        ResponseHead old = new ResponseHead(101, "", HttpVersion.HTTP_1_0, Responses.fields());
        assertEquals("the server switches protocols in HTTP/1.0, which cannot do that", assertThrows(
                HandshakeException.class, () -> ResponseRules.check(request, Requests.KEY, old))
                .getMessage());
    }

    // Items 2 to 4: a field is left out (no value), set, or added to the one that is there (+)

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", value = { "Upgrade|-|the response has no Upgrade",
        "Upgrade|h2c|the server switches to another protocol than websocket",
        "Upgrade|''|the server switches to another protocol than websocket",
        "Upgrade|websocket/13|the response's Upgrade is malformed",
        "Upgrade|'websocket, h2c'|the server switches to another protocol than websocket",
        "Upgrade|+h2c|the server switches to another protocol than websocket",
        "Upgrade|web socket|the response's Upgrade is malformed",
        "Connection|-|the response has no Connection",
        "Connection|keep-alive|the response's Connection does not list upgrade",
        "Connection|Upgraded|the response's Connection does not list upgrade",
        "Connection|Upgrade;x|the response's Connection is malformed",
        "Sec-WebSocket-Accept|-|the response has no Sec-WebSocket-Accept",
        "Sec-WebSocket-Accept|+s3pPLMBiTxaQ9kYGzzhZRbK+xOo=|the response has more than one "
                + "Sec-WebSocket-Accept",
        "Sec-WebSocket-Accept|''|the response's Sec-WebSocket-Accept does not answer this request's key",
        "Sec-WebSocket-Accept|S3pPLMBiTxaQ9kYGzzhZRbK+xOo=|the response's Sec-WebSocket-Accept does not "
                + "answer this request's key",
        "Sec-WebSocket-Accept|s3pPLMBiTxaQ9kYGzzhZRbK+xOo|the response's Sec-WebSocket-Accept does not "
                + "answer this request's key",
        "Sec-WebSocket-Accept|dGhlIHNhbXBsZSBub25jZQ==|the response's Sec-WebSocket-Accept does not "
                + "answer this request's key" })
    void refusesAWrongField(String name, String value, String reason) {
        assertRefused(reason, fields -> value == null
                ? fields.remove(name)
                : value.startsWith("+") ? fields.add(name, value.substring(1)) : fields.set(name, value));
    }

    @ParameterizedTest
    @CsvSource({ "Upgrade, WebSocket", "Connection, upgrade", "Connection, 'keep-alive, UPGRADE'",
        "Sec-WebSocket-Accept, '  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= '" })
    void comparesTokensWithoutCaseAndTrimsValues(String name, String value) throws HandshakeException {
        assertEquals(Optional.empty(), check(fields -> fields.set(name, value)).subprotocol());
    }

    // Item 5

    @Test
    void takesTheExtensionsInTheServersOrder() throws HandshakeException {
        ResponseVerdict.Accepted accepted = check(
                fields -> fields.add("Sec-WebSocket-Extensions", "x-second, x-first"));
        assertEquals(List.of("x-second", "x-first"),
                accepted.extensions().stream().map(extension -> extension.agreed().name()).toList());
        assertEquals(0, first.closed + second.closed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x-first, other|the server's response has extension other, which was not offered",
        "x-first, x-first|the server's response lists extension x-first twice",
        "x-second, x-first; a=1|extension x-first has no parameters",
        "x-first,,;|the response's Sec-WebSocket-Extensions is malformed: expected an extension name at "
                + "offset 9",
        "''|the response's Sec-WebSocket-Extensions is malformed: the extension list is empty" })
    void refusesExtensionsThatDoNotFitTheOfferAndLeavesNoneOpen(String value, String reason) {
        assertRefused(reason, fields -> fields.add("Sec-WebSocket-Extensions", value));
        assertEquals(first.made, first.closed);
        assertEquals(second.made, second.closed);
    }

    // Item 6

    @Test
    void takesAnOfferedSubprotocol() throws HandshakeException {
        assertEquals(Optional.of("superchat"),
                check(fields -> fields.add("Sec-WebSocket-Protocol", "superchat")).subprotocol());
    }

    @ParameterizedTest
    @CsvSource({ "other", "Chat", "''", "'chat, superchat'" })
    void refusesASubprotocolThatWasNotOffered(String value) {
        assertRefused("the server chose a subprotocol that was not offered",
                fields -> fields.add("Sec-WebSocket-Protocol", value));
    }

    @Test
    void refusesTwoSubprotocols() {
        assertRefused("the response has more than one Sec-WebSocket-Protocol",
                fields -> fields.add("Sec-WebSocket-Protocol", "chat").add("Sec-WebSocket-Protocol", "chat"));
    }

    @Test
    void makesNoExtensionIfTheSubprotocolIsWrong() {
        assertRefused("the server chose a subprotocol that was not offered",
                fields -> fields.add("Sec-WebSocket-Extensions", "x-first")
                        .add("Sec-WebSocket-Protocol",
                                "no"));
        assertEquals(0, first.made);
    }
}
