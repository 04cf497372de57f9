package io.duplex.samples.web;

import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Health check for a load balancer: 200 and "ok", or 503 and "unavailable", never cached. */
public final class HealthCheck implements HttpHandler {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final BooleanSupplier healthy;

    /**
     * Creates a check of one condition.
     *
     * @param healthy evaluated for each request, on the connection's thread; it must not block
     */
    public HealthCheck(BooleanSupplier healthy) {
        this.healthy = Objects.requireNonNull(healthy, "healthy");
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        HttpResponse response = healthy.getAsBoolean()
                ? HttpResponse.of(HttpStatus.OK).body("ok", TEXT)
                : HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE).body("unavailable", TEXT);
        return CompletableFuture.completedStage(response.header("Cache-Control", "no-store"));
    }
}
