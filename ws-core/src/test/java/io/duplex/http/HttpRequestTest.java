package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpRequestTest {
    static HttpRequest request(String method, String target) {
        return new HttpRequest(method, Reading.target(target), HttpHeaders.of(), Map.of(),
                InetSocketAddress.createUnresolved("peer", 1), false);
    }

    @Test
    void doesNotChangeWithTheMapItWasMadeOf() {
        Map<String, String> parameters = new HashMap<>(Map.of("room", "1"));
        HttpRequest request = request("GET", "/a").withPathParameters(parameters);
        parameters.clear();
        assertEquals(Optional.of("1"), request.pathParameter("room"));
        assertEquals(Optional.empty(), request.pathParameter("other"));
        assertThrows(UnsupportedOperationException.class, () -> request.pathParameters().clear());
    }

    @Test
    void refusesAHeadWhoseTargetIsMalformed() {
        RequestHead head = new RequestHead("GET", "/%", HttpVersion.HTTP_1_1, HttpHeaders.of());
        assertThrows(HttpException.class,
                () -> HttpRequest.of(head, InetSocketAddress.createUnresolved("peer", 1), false));
    }
}
