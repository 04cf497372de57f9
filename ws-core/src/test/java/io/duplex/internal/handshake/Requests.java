package io.duplex.internal.handshake;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.UnaryOperator;

/** The client's handshake of RFC 6455 section 1.2, and variations of it. */
public final class Requests {
    /** The key of the RFC's example. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** Its answer. */
    public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    static final SocketAddress PEER = InetSocketAddress.createUnresolved("192.0.2.1", 4711);

    private Requests() {}

    /** The fields without which there is no handshake. */
    static HttpHeaders fields() {
        return HttpHeaders.builder()
                .add("Host", "server.example.com")
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Key", KEY)
                .add("Sec-WebSocket-Version", "13")
                .build();
    }

    static RequestHead handshake(String target, UnaryOperator<HttpHeaders.Builder> change) {
        return new RequestHead("GET", target, HttpVersion.HTTP_1_1,
                change.apply(fields().toBuilder()).build());
    }

    static RequestHead handshake(String target) {
        return handshake(target, fields -> fields);
    }

    /** A handshake to {@code /chat} with one more field. */
    static RequestHead with(String name, String value) {
        return handshake("/chat", fields -> fields.add(name, value));
    }
}
