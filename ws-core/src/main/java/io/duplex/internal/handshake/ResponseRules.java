package io.duplex.internal.handshake;

import io.duplex.HandshakeException;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionException;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.ExtensionNegotiation;
import io.duplex.extension.ExtensionSyntaxException;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpSyntax;
import io.duplex.http.HttpVersion;
import io.duplex.http.ResponseHead;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a client for a response with status 101 (RFC 6455 section 4.1, items 2 to 6). Each broken rule
 * is an exception, and must fail the connection. The subprotocol is checked before the extensions, because
 * these are made when checked.
 */
final class ResponseRules {
    private final HandshakeRequest request;
    private final String key;
    private final HttpHeaders headers;

    private ResponseRules(HandshakeRequest request, String key, HttpHeaders headers) {
        this.request = request;
        this.key = key;
        this.headers = headers;
    }

    static ResponseVerdict.Accepted check(HandshakeRequest request, String key, ResponseHead response)
            throws HandshakeException {
        if (response.version() != HttpVersion.HTTP_1_1) {
            throw new HandshakeException("the server switches protocols in HTTP/1.0, which cannot do that");
        }
        ResponseRules rules = new ResponseRules(request, key, response.headers());
        rules.checkUpgrade();
        rules.checkConnection();
        rules.checkAccept();
        Optional<String> subprotocol = rules.subprotocol();
        return new ResponseVerdict.Accepted(subprotocol, rules.extensions());
    }

    /** Other than a request's, a response's field must name this one protocol and no other. */
    private void checkUpgrade() throws HandshakeException {
        List<String> protocols = tokens(HandshakeFields.UPGRADE);
        if (protocols.size() != 1 || !protocols.getFirst().equalsIgnoreCase(HandshakeFields.WEBSOCKET)) {
            throw new HandshakeException("the server switches to another protocol than websocket");
        }
    }

    private void checkConnection() throws HandshakeException {
        if (tokens(HandshakeFields.CONNECTION).stream().noneMatch("upgrade"::equalsIgnoreCase)) {
            throw new HandshakeException("the response's Connection does not list upgrade");
        }
    }

    private void checkAccept() throws HandshakeException {
        Optional<String> accept = atMostOne(HandshakeFields.ACCEPT);
        if (accept.isEmpty()) {
            throw new HandshakeException("the response has no " + HandshakeFields.ACCEPT);
        }
        if (!accept.get().equals(HandshakeKey.accept(key))) {
            throw new HandshakeException(
                    "the response's " + HandshakeFields.ACCEPT + " does not answer this request's key");
        }
    }

    private Optional<String> subprotocol() throws HandshakeException {
        Optional<String> chosen = atMostOne(HandshakeFields.PROTOCOL);
        if (chosen.isPresent() && !request.subprotocols().contains(chosen.get())) {
            throw new HandshakeException("the server chose a subprotocol that was not offered");
        }
        return chosen;
    }

    private List<Extension> extensions() throws HandshakeException {
        try {
            return ExtensionNegotiation.check(request.extensions(),
                    ExtensionHeader.parse(headers.all(HandshakeFields.EXTENSIONS)));
        } catch (ExtensionSyntaxException malformed) {
            throw new HandshakeException("the response's " + HandshakeFields.EXTENSIONS + " is malformed: "
                    + malformed.getMessage(), malformed);
        } catch (ExtensionException disagreement) {
            throw new HandshakeException(disagreement.getMessage(), disagreement);
        }
    }

    private List<String> tokens(String name) throws HandshakeException {
        if (!headers.contains(name)) {
            throw new HandshakeException("the response has no " + name);
        }
        try {
            return HttpSyntax.tokens(headers.all(name));
        } catch (HttpException malformed) {
            throw new HandshakeException("the response's " + name + " is malformed", malformed);
        }
    }

    private Optional<String> atMostOne(String name) throws HandshakeException {
        List<String> values = headers.all(name);
        if (values.size() > 1) {
            throw new HandshakeException("the response has more than one " + name);
        }
        return values.stream().findFirst();
    }
}
