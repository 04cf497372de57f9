package io.duplex.internal.handshake;

import io.duplex.HandshakeException;
import io.duplex.extension.ExtensionHeader;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.List;
import java.util.Optional;

/**
 * The client's side of the opening handshake (RFC 6455 section 4.1), for one connection: {@link #head()} is
 * what it sends, {@link #check} what the answer means. Immutable. The application's cookie handler, if there
 * is one, is called when this is made and when a response is checked.
 */
public final class ClientHandshake {
    private final HandshakeRequest request;
    private final String key;
    private final RequestHead head;

    private ClientHandshake(HandshakeRequest request, String key, RequestHead head) {
        this.request = request;
        this.key = key;
        this.head = head;
    }

    /**
     * A handshake.
     *
     * @param request what is asked for
     * @param key     as {@link HandshakeKey#generate} makes it, for this connection only
     * @return the handshake
     * @throws HandshakeException if the application's cookie handler failed
     */
    public static ClientHandshake of(HandshakeRequest request, String key) throws HandshakeException {
        Optional<String> cookie = HandshakeCookies.forRequest(request);
        try {
            HttpHeaders headers = headers(request, key, cookie);
            return new ClientHandshake(request, key,
                    new RequestHead("GET", request.target().resourceName(), HttpVersion.HTTP_1_1, headers));
        } catch (IllegalArgumentException e) {
            throw new HandshakeException("the cookie handler gave a malformed cookie", e);
        }
    }

    private static HttpHeaders headers(HandshakeRequest request, String key, Optional<String> cookie) {
        HttpHeaders.Builder headers = HttpHeaders.builder()
                .add(HandshakeFields.HOST, request.target().authority().toString())
                .add(HandshakeFields.UPGRADE, HandshakeFields.WEBSOCKET)
                .add(HandshakeFields.CONNECTION, "Upgrade")
                .add(HandshakeFields.KEY, key)
                .add(HandshakeFields.VERSION, HandshakeFields.VERSION_13);
        if (!request.subprotocols().isEmpty()) {
            headers.add(HandshakeFields.PROTOCOL, String.join(", ", request.subprotocols()));
        }
        List<ExtensionHeader> offers = request.extensions()
                .stream()
                .flatMap(extension -> extension.offers().stream())
                .toList();
        if (!offers.isEmpty()) {
            headers.add(HandshakeFields.EXTENSIONS, ExtensionHeader.format(offers));
        }
        if (request.origin() != null) {
            headers.add(HandshakeFields.ORIGIN, request.origin());
        }
        headers.addAll(request.headers().toBuilder().remove(HandshakeFields.COOKIE).build());
        cookie.ifPresent(value -> headers.add(HandshakeFields.COOKIE, value));
        return headers.build();
    }

    /**
     * Returns the request that the client sends: the fields of the handshake first, then {@code Origin}, the
     * application's own, and {@code Cookie}.
     *
     * @return the request
     */
    public RequestHead head() {
        return head;
    }

    /**
     * Judges a response.
     *
     * @param response what the server answered
     * @return what it means
     */
    public ResponseVerdict check(ResponseHead response) {
        if (response.status() < 200 && response.status() != HttpStatus.SWITCHING_PROTOCOLS) {
            return new ResponseVerdict.Interim();
        }
        try {
            HandshakeCookies.store(request, response);
            if (response.status() == HttpStatus.SWITCHING_PROTOCOLS) {
                return ResponseRules.check(request, key, response);
            }
            if (Redirection.isRedirect(response)) {
                return new ResponseVerdict.Redirect(Redirection.follow(request, response));
            }
            return new ResponseVerdict.Refused(refusal(response), response, Optional.empty());
        } catch (HandshakeException failure) {
            return new ResponseVerdict.Refused(failure.getMessage(), response,
                    Optional.ofNullable(failure.getCause()));
        }
    }

    /** RFC 6455 section 4.4: the server lists the versions that it speaks. */
    private static String refusal(ResponseHead response) {
        String status = (response.status() + " " + HttpStatus.reason(response.status())).strip();
        if (response.status() < 300) {
            return "expected 101, got " + status + ": is this a WebSocket endpoint?";
        }
        List<String> versions = response.headers().all(HandshakeFields.VERSION);
        return versions.isEmpty() || versions.contains(HandshakeFields.VERSION_13)
                ? "the server refused the handshake with " + status
                : "the server refused the handshake with " + status + ": it speaks version "
                        + String.join(", ", versions) + " and not 13";
    }
}
