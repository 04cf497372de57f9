package io.duplex.internal.handshake;

import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import java.util.function.UnaryOperator;

/** The server's handshake of RFC 6455 section 1.2, and variations of it. */
final class Responses {
    private Responses() {}

    static HttpHeaders fields() {
        return HttpHeaders.builder()
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Accept", Requests.ACCEPT)
                .build();
    }

    static ResponseHead accepting(UnaryOperator<HttpHeaders.Builder> change) {
        return ResponseHead.of(101, change.apply(fields().toBuilder()).build());
    }

    static ResponseHead redirect(int status, String location) {
        return ResponseHead.of(status, HttpHeaders.of("Location", location));
    }
}
