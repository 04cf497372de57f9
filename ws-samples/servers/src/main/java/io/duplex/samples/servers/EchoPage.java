package io.duplex.samples.servers;

import io.duplex.http.HealthCheck;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpRoutes;
import io.duplex.http.StaticResources;

/** What the echo server answers to plain HTTP: the page that uses it, and {@code /health} for a load balancer. */
final class EchoPage {
    /** All that the page loads comes from here; a WebSocket may lead anywhere, for the page's user may type any address. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' ws: wss:;"
            + " img-src 'self' data:;"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private EchoPage() {}

    static HttpHandler handler() {
        HttpHandler files = StaticResources.of(name -> EchoPage.class.getResourceAsStream("echo/" + name));
        HttpHandler routes =
                HttpRoutes.builder().get("/health", new HealthCheck(() -> true)).get("/*", files).build();
        return request -> routes.handle(request).thenApply(EchoPage::secured);
    }

    /**
     * Keeps the page to itself: nothing foreign in it, no foreign window or frame around it, no address of it
     * to others.
     */
    private static HttpResponse secured(HttpResponse response) {
        return response.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Frame-Options", "DENY")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Embedder-Policy", "require-corp")
                .header("Referrer-Policy", "no-referrer");
    }
}
