package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.RequestTarget;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthorizerTest {
    @Test
    void letsEverybodyInUnlessToldOtherwise() throws Exception {
        HttpRequest request = new HttpRequest("GET", RequestTarget.parse("/"), HttpHeaders.of(), Map.of(),
                InetSocketAddress.createUnresolved("192.0.2.1", 1), false);
        assertEquals(Authorization.granted(),
                Authorizer.granting().authorize(request).toCompletableFuture().getNow(null));
    }
}
