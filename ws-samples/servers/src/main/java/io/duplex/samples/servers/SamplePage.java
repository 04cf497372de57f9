package io.duplex.samples.servers;

import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.http.RequestTarget;
import io.duplex.samples.web.HealthCheck;
import io.duplex.samples.web.HttpRoutes;
import io.duplex.samples.web.StaticResources;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What a sample answers to plain HTTP: the page that uses it, and {@code /health} for a load balancer. */
final class SamplePage {
    /**
     * All that a page loads comes from here; a WebSocket may lead anywhere, because the echo page's user may
     * type any address.
     */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' ws: wss:;"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    /** What the pages have in common: their look, and the connection that comes back. */
    private static final String SHARED = "page/";

    private SamplePage() {}

    /**
     * The page of a sample, with nothing else.
     *
     * @param folder its files, beside this class
     * @param settings what the page learns of its server
     * @param names all files of the page, which are read now: later there may be no file descriptor left for
     * them
     * @throws IOException if a file of this program is missing
     */
    static HttpHandler of(String folder, ServerSettings settings, String... names) throws IOException {
        return of(folder, settings, HttpRoutes.builder(), names);
    }

    /**
     * The page of a sample beside other routes.
     *
     * @param routes gets the page's
     * @throws IOException if a file of this program is missing
     */
    static HttpHandler of(String folder, ServerSettings settings, HttpRoutes.Builder routes, String... names)
            throws IOException {
        HttpResponse server = HttpResponse.of(HttpStatus.OK)
                .header("Cache-Control", "no-store")
                .body(facts(settings), "application/json");
        HttpHandler files = StaticResources.of(name -> open(folder + "/" + name, SHARED + name)).load(names);
        HttpHandler all = routes.get("/health", new HealthCheck(() -> true))
                .get("/server.json", HttpHandler.of(request -> server))
                .get("/*", files)
                .build();
        return new Secured(all);
    }

    /** Adds the fields that keep a page to itself. */
    private record Secured(HttpHandler page) implements HttpHandler {
        @Override
        public CompletionStage<HttpResponse> handle(HttpRequest request) {
            return page.handle(request).thenApply(SamplePage::secured);
        }

        @Override
        public Set<String> methods(RequestTarget target) {
            return page.methods(target);
        }
    }

    /**
     * What a page shows of its server. The values are this program's own words, without a character that JSON
     * would escape.
     */
    private static String facts(ServerSettings settings) throws IOException {
        return String.format(
                "{\"transport\": \"%s\", \"tls\": \"%s\", \"maxMessageBytes\": %d, \"version\": \"%s\"}",
                settings.transport().name(), settings.tls().map(ServerTls::description).orElse("off"),
                settings.maxMessageBytes(), Version.number());
    }

    private static InputStream open(String own, String shared) {
        InputStream found = SamplePage.class.getResourceAsStream(own);
        return found == null ? SamplePage.class.getResourceAsStream(shared) : found;
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
