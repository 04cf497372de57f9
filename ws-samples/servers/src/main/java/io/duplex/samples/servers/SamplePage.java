package io.duplex.samples.servers;

import io.duplex.http.HealthCheck;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpRoutes;
import io.duplex.http.StaticResources;
import java.io.InputStream;

/** What a sample answers to plain HTTP: the page that uses it, and {@code /health} for a load balancer. */
final class SamplePage {
    /** All that a page loads comes from here; a WebSocket may lead anywhere, because the echo page's user may type any address. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' ws: wss:;"
            + " img-src 'self' data:";
    /** What the pages have in common: their look, and the connection that comes back. */
    private static final String SHARED = "page/";

    private SamplePage() {}

    /**
     * The page of a sample, with nothing else.
     *
     * @param folder its files, beside this class
     */
    static HttpHandler of(String folder) {
        return of(folder, HttpRoutes.builder());
    }

    /**
     * The page of a sample beside other routes.
     *
     * @param routes gets the page's
     */
    static HttpHandler of(String folder, HttpRoutes.Builder routes) {
        HttpHandler files = StaticResources.of(name -> open(folder + "/" + name, SHARED + name));
        HttpHandler all = routes.get("/health", new HealthCheck(() -> true)).get("/*", files).build();
        return request -> all.handle(request).thenApply(SamplePage::secured);
    }

    private static InputStream open(String own, String shared) {
        InputStream found = SamplePage.class.getResourceAsStream(own);
        return found == null ? SamplePage.class.getResourceAsStream(shared) : found;
    }

    /** Keeps the page to itself: nothing foreign in it, no foreign window at it, no address of it to others. */
    private static HttpResponse secured(HttpResponse response) {
        return response.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Embedder-Policy", "require-corp")
                .header("Referrer-Policy", "no-referrer");
    }
}
