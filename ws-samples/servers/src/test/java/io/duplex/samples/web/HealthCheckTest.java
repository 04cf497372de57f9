package io.duplex.samples.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    @Test
    void asksAtEachRequest() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        HealthCheck check = new HealthCheck(healthy::get);
        HttpResponse up = Requests.answer(check, Requests.request("GET", "/health"));
        assertEquals(200, up.status());
        assertEquals("ok", StandardCharsets.UTF_8.decode(up.body()).toString());
        healthy.set(false);
        HttpResponse down = Requests.answer(check, Requests.request("GET", "/health"));
        assertEquals(503, down.status());
        assertEquals(Optional.of("no-store"), down.headers().first("Cache-Control"));
    }
}
