package io.duplex.internal.handshake;

import io.duplex.http.HttpException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import java.util.List;

/**
 * The server's rules for a client's handshake (RFC 6455 section 4.2.1), whatever it asks for: each broken
 * rule is an exception with the status and a sentence for the response. Says nothing about paths, origins,
 * subprotocols and extensions.
 */
final class RequestRules {
    private RequestRules() {}

    /**
     * Returns whether a request means to open a WebSocket connection, however badly: its {@code Upgrade}
     * names websocket, or it has a field that only such a request has. The latter finds the requests whose
     * {@code Upgrade} was lost in a proxy, and answers them with what is wrong in place of a web page. An
     * {@code Upgrade} to something else is no attempt: a server may ignore it (RFC 9110 section 7.8).
     */
    static boolean attemptsUpgrade(HttpHeaders headers) {
        return headers.containsToken(HandshakeFields.UPGRADE, HandshakeFields.WEBSOCKET)
                || headers.contains(HandshakeFields.KEY) || headers.contains(HandshakeFields.VERSION);
    }

    /**
     * Item 1, and that no body follows: its bytes would be taken for frames.
     *
     * <p>RFC 9110 section 7.8 has a server ignore the {@code Upgrade} of an HTTP/1.0 request, RFC 6455
     * section 4.2.1 wants an error; we answer 400, because who sent it wants no web page. It is not 505:
     * HTTP/1.0 itself is served.
     */
    static void checkMessage(RequestHead head) throws HttpException {
        if (!head.method().equals("GET")) {
            throw new HttpException(HttpStatus.METHOD_NOT_ALLOWED, "a WebSocket handshake is a GET request");
        }
        if (head.version() != HttpVersion.HTTP_1_1) {
            throw badRequest("a WebSocket handshake needs HTTP/1.1");
        }
        if (head.hasBody()) {
            throw badRequest("a WebSocket handshake has no body");
        }
    }

    /**
     * Items 2 to 6, in that order but for the version, which comes before the key: another version may have
     * another key.
     */
    static void checkFields(HttpHeaders headers) throws HttpException {
        single(headers, HandshakeFields.HOST);
        requireToken(headers, HandshakeFields.UPGRADE, HandshakeFields.WEBSOCKET);
        requireToken(headers, HandshakeFields.CONNECTION, "upgrade");
        if (!single(headers, HandshakeFields.VERSION).equals(HandshakeFields.VERSION_13)) {
            throw new HttpException(HttpStatus.UPGRADE_REQUIRED, "the only version spoken here is 13");
        }
        if (!HandshakeKey.isValid(single(headers, HandshakeFields.KEY))) {
            throw badRequest(HandshakeFields.KEY + " is not 16 bytes in base64");
        }
        if (headers.all(HandshakeFields.ORIGIN).size() > 1) {
            throw badRequest("more than one " + HandshakeFields.ORIGIN);
        }
    }

    private static void requireToken(HttpHeaders headers, String name, String token) throws HttpException {
        if (!headers.contains(name)) {
            throw badRequest("no " + name + "; a proxy on the way may have removed it");
        }
        if (!headers.containsToken(name, token)) {
            throw badRequest(name + " does not list " + token);
        }
    }

    private static String single(HttpHeaders headers, String name) throws HttpException {
        List<String> values = headers.all(name);
        if (values.isEmpty()) {
            throw badRequest("no " + name);
        }
        if (values.size() > 1) {
            throw badRequest("more than one " + name);
        }
        return values.getFirst();
    }

    static HttpException badRequest(String reason) {
        return new HttpException(HttpStatus.BAD_REQUEST, reason);
    }
}
