package io.duplex.internal.handshake;

import io.duplex.HandshakeException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The cookies of a client's handshake (RFC 6265), kept by the application's {@link java.net.CookieHandler}.
 */
final class HandshakeCookies {
    private HandshakeCookies() {}

    /** The one {@code Cookie} field: what the application set, then what the handler has for the URI. */
    static Optional<String> forRequest(HandshakeRequest request) throws HandshakeException {
        List<String> cookies = new ArrayList<>(request.headers().all(HandshakeFields.COOKIE));
        if (request.cookies() != null) {
            try {
                Map<String, List<String>> kept = request.cookies()
                        .get(request.target().toHttpUri(), Map.of());
                cookies.addAll(kept.getOrDefault(HandshakeFields.COOKIE, List.of()));
            } catch (IOException | RuntimeException e) {
                throw new HandshakeException("the cookie handler gave no cookies", e);
            }
        }
        return cookies.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", cookies));
    }

    /**
     * Gives the handler what the server set, with the names as they came: handlers compare them without case.
     */
    static void store(HandshakeRequest request, ResponseHead response) throws HandshakeException {
        if (request.cookies() == null) {
            return;
        }
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpHeaders.Field field : response.headers()) {
            fields.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field.value());
        }
        try {
            request.cookies().put(request.target().toHttpUri(), fields);
        } catch (IOException | RuntimeException e) {
            throw new HandshakeException("the cookie handler took no cookies", e);
        }
    }
}
