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

/** Plain HTTP of a sample: the page that uses it, and {@code /health} for a load balancer. */
final class SamplePage {
    /**
     * A page loads files of this server only. A WebSocket may connect to any host, because the user of the
     * echo page may enter any address.
     */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' ws: wss:;"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    /** Folder of the files that all pages share: style, icon and the reconnecting WebSocket. */
    private static final String SHARED = "page/";

    private SamplePage() {}

    /**
     * Creates a handler for the page of a sample.
     *
     * @param folder the folder of its files, next to this class
     * @param settings the server's settings, which the page shows
     * @param names all files of the page, which are read now, so that they do not need file descriptors later
     * @throws IOException if a file of this program is missing
     */
    static HttpHandler of(String folder, ServerSettings settings, String... names) throws IOException {
        return of(folder, settings, HttpRoutes.builder(), names);
    }

    /**
     * Creates a handler for the page of a sample and other routes.
     *
     * @param routes the other routes; those of the page are added
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

    /** Adds the fields that isolate a page. */
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
     * Returns the facts about the server that a page shows. No value has a character that JSON would escape.
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
     * Isolates the page: no foreign content in it, no foreign window or frame around it, and no referrer to
     * others.
     */
    private static HttpResponse secured(HttpResponse response) {
        return response.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Frame-Options", "DENY")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Embedder-Policy", "require-corp")
                .header("Referrer-Policy", "no-referrer");
    }
}
