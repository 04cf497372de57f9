package io.duplex.handshake;

import io.duplex.http.HttpHeaders;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The two heads of an opening handshake, kept small: a connection holds them as long as it lives, and seldom is asked for
 * them. The clients of one kind send the same head but for the key, so heads without it are shared by all connections, and
 * put together again for those who ask. Immutable, thread-safe.
 */
public sealed interface HandshakeHeads {
    /**
     * The client's head, as it was.
     *
     * @return an equal one, perhaps made for this call
     */
    RequestHead request();

    /**
     * The server's head, as it was.
     *
     * @return an equal one, perhaps made for this call
     */
    ResponseHead response();

    /**
     * Takes the heads of a handshake, correct or not.
     *
     * @param request the client's
     * @param response the server's
     * @return what gives them back
     */
    static HandshakeHeads of(RequestHead request, ResponseHead response) {
        List<String> keys = request.headers().all(HandshakeFields.KEY);
        boolean shareable =
                keys.size() == 1 && Shared.isPlain(keys.get(0)) && !Shared.isPersonal(request, response)
                        && response.headers()
                                .all(HandshakeFields.ACCEPT)
                                .equals(List.of(HandshakeKey.accept(keys.get(0))));
        return shareable ? Shared.of(request, response, keys.get(0)) : new Whole(request, response);
    }

    /**
     * Heads that nobody else has.
     *
     * @param request the client's
     * @param response the server's
     */
    record Whole(RequestHead request, ResponseHead response) implements HandshakeHeads {}

    /** Heads whose key and whose proof of it are taken out; the proof follows from the key. */
    final class Shared implements HandshakeHeads {
        /** Few kinds of clients come to one server. A kind that finds its slot taken takes it over. */
        private static final int SLOTS = 128;
        /** Longer heads are likely to be one client's own, and this many of them would be much. */
        private static final int MAX_HEAD_CHARS = 2048;

        private static final AtomicReferenceArray<Object> RECENT = new AtomicReferenceArray<>(SLOTS);

        private final RequestHead request;
        private final ResponseHead response;
        /** The 16 bytes that the key stands for. */
        private final long highKey;
        private final long lowKey;

        private Shared(RequestHead request, ResponseHead response, String key) {
            ByteBuffer nonce = ByteBuffer.wrap(Base64.getDecoder().decode(key));
            this.request = request;
            this.response = response;
            this.highKey = nonce.getLong();
            this.lowKey = nonce.getLong();
        }

        /** Whether the key can be written again as it was: its last character may carry bits that mean nothing. */
        private static boolean isPlain(String key) {
            return HandshakeKey.isValid(key)
                    && Base64.getEncoder().encodeToString(Base64.getDecoder().decode(key)).equals(key);
        }

        private String key() {
            byte[] nonce = ByteBuffer.allocate(2 * Long.BYTES).putLong(highKey).putLong(lowKey).array();
            return Base64.getEncoder().encodeToString(nonce);
        }

        private static Shared of(RequestHead request, ResponseHead response, String key) {
            return new Shared(recent(with(request, "")), recent(with(response, "")), key);
        }

        /** What may be a secret is neither the same for two clients nor to be kept beyond the connection. */
        private static boolean isPersonal(RequestHead request, ResponseHead response) {
            return request.target().indexOf('?') >= 0 || request.headers().contains(HandshakeFields.COOKIE)
                    || request.headers().contains(HandshakeFields.AUTHORIZATION)
                    || response.headers().contains("Set-Cookie")
                    || chars(request.headers()) + chars(response.headers()) > MAX_HEAD_CHARS;
        }

        private static int chars(HttpHeaders headers) {
            int chars = 0;
            for (HttpHeaders.Field field : headers) {
                chars += field.name().length() + field.value().length();
            }
            return chars;
        }

        /** An equal head that another connection has, if one came lately. */
        @SuppressWarnings("unchecked")
        private static <T> T recent(T head) {
            int slot = head.hashCode() & SLOTS - 1;
            Object known = RECENT.get(slot);
            if (head.equals(known)) {
                return (T) known;
            }
            RECENT.set(slot, head);
            return head;
        }

        private static RequestHead with(RequestHead head, String key) {
            return new RequestHead(head.method(), head.target(), head.version(),
                    replaced(head.headers(), HandshakeFields.KEY, key));
        }

        private static ResponseHead with(ResponseHead head, String accept) {
            return new ResponseHead(head.status(), head.reason(), head.version(),
                    replaced(head.headers(), HandshakeFields.ACCEPT, accept));
        }

        /** In its place, and under the name as the peer wrote it. */
        private static HttpHeaders replaced(HttpHeaders headers, String name, String value) {
            HttpHeaders.Builder builder = HttpHeaders.builder();
            for (HttpHeaders.Field field : headers) {
                builder.add(field.name(), field.name().equalsIgnoreCase(name) ? value : field.value());
            }
            return builder.build();
        }

        @Override
        public RequestHead request() {
            return with(request, key());
        }

        @Override
        public ResponseHead response() {
            return with(response, HandshakeKey.accept(key()));
        }
    }
}
