package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusalTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.1", 4711);

    private static RequestHead head(String target) {
        return new RequestHead("GET", target, HttpVersion.HTTP_1_1, HttpHeaders.builder()
                .add("Host", "a")
                .add("Authorization", "Basic c2VjcmV0")
                .add("Cookie", "sid=secret")
                .build());
    }

    @Test
    void namesPeerMethodPathAndReasonWithoutQueryAndFields() {
        Refusal refusal = Refusal.of(404, PEER, Optional.of(head("/chat?token=secret")), "nothing here");
        assertEquals(Optional.of("GET"), refusal.method());
        assertEquals(Optional.of("/chat"), refusal.path());
        assertEquals("192.0.2.1:4711 GET /chat with 404: nothing here", refusal.toString());
        assertEquals(Optional.of("http://a/chat"),
                Refusal.of(404, PEER, Optional.of(head("http://a/chat?token=secret")), "").path());
    }

    @Test
    void namesTheOriginOrTheHostIfThatWasTheCause() {
        Refusal refusal = Refusal.of(403, PEER, Optional.of(head("/")), "why");
        assertEquals("192.0.2.1:4711 GET / with 403: why; Origin http://evil",
                refusal.withOrigin(Optional.of("http://evil")).toString());
        assertEquals("192.0.2.1:4711 GET / with 403: why; Host evil:1",
                refusal.withHost(Optional.of("evil:1")).toString());
    }

    @Test
    void knowsNoRequestBeforeAHeadWasRead() {
        assertEquals("192.0.2.1:4711 with 503: full",
                Refusal.of(503, PEER, Optional.empty(), "full").toString());
    }
}
