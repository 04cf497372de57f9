package io.duplex.http;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Tells a load balancer whether to send clients here: 200 and "ok", or 503. The answer is never cached. */
public final class HealthCheck implements HttpHandler {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpHandler handler;

    /**
     * A check of one condition.
     *
     * @param healthy asked at each request, on the connection's thread, so it must not block
     */
    public HealthCheck(BooleanSupplier healthy) {
        Objects.requireNonNull(healthy, "healthy");
        this.handler = HttpHandler.of(request -> answer(healthy.getAsBoolean()));
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        return handler.handle(request);
    }

    private static HttpResponse answer(boolean healthy) {
        HttpResponse response = healthy
                ? HttpResponse.of(HttpStatus.OK).body("ok", TEXT)
                : HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE).body("unavailable", TEXT);
        return response.header("Cache-Control", "no-store");
    }
}
