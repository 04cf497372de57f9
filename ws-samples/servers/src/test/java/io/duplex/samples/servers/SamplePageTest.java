package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.server.WebSocketServer;
import io.duplex.transport.bio.BioTransport;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SamplePageTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EchoServer.start(ServerSettings.of(new BioTransport()), Optional.empty());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<byte[]> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return CLIENT.send(
                HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @ParameterizedTest
    @CsvSource({ "/, echo/index.html, text/html; charset=utf-8",
        "/index.html, echo/index.html, text/html; charset=utf-8",
        "/echo.css, echo/echo.css, text/css; charset=utf-8",
        "/echo.js, echo/echo.js, text/javascript; charset=utf-8",
        "/input.js, echo/input.js, text/javascript; charset=utf-8",
        "/log.js, echo/log.js, text/javascript; charset=utf-8",
        "/words.js, echo/words.js, text/javascript; charset=utf-8",
        "/page.css, page/page.css, text/css; charset=utf-8",
        "/connection.js, page/connection.js, text/javascript; charset=utf-8",
        "/favicon.svg, page/favicon.svg, image/svg+xml" })
    void servesThePageAndItsFiles(String path, String file, String contentType) throws Exception {
        HttpResponse<byte[]> response = ask("GET", path);
        assertEquals(200, response.statusCode());
        assertEquals(contentType, field(response, "Content-Type"));
        try (InputStream expected = SamplePage.class.getResourceAsStream(file)) {
            assertArrayEquals(expected.readAllBytes(), response.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/", "/echo.js", "/health", "/nothing" })
    void keepsThePageToItself(String path) throws Exception {
        HttpResponse<byte[]> response = ask("GET", path);
        assertEquals("default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none';"
                + " form-action 'none'; frame-ancestors 'none'",
                field(response, "Content-Security-Policy"));
        assertEquals("DENY", field(response, "X-Frame-Options"));
        assertEquals("same-origin", field(response, "Cross-Origin-Opener-Policy"));
        assertEquals("require-corp", field(response, "Cross-Origin-Embedder-Policy"));
        assertEquals("no-referrer", field(response, "Referrer-Policy"));
    }

    /**
     * Scripts and styles of its own files only: what stands in the page itself would not run under its
     * policy.
     */
    @Test
    void thePageFitsItsPolicy() throws Exception {
        String page = new String(ask("GET", "/").body(), StandardCharsets.UTF_8);
        assertFalse(
                Pattern.compile("<script(?![^>]*\\ssrc=\"[^:\"]*\")|<style|\\sstyle=|\\son\\w+=|javascript:")
                        .matcher(page)
                        .find(),
                page);
        assertFalse(Pattern.compile("<base|<iframe|<object|\\saction=").matcher(page).find(), page);
    }

    @Test
    void tellsThePageWhatItsServerIs() throws Exception {
        HttpResponse<byte[]> response = ask("GET", "/server.json");
        assertEquals("application/json", field(response, "Content-Type"));
        String json = new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(json.matches("\\{\"transport\": \"bio\", \"tls\": \"off\","
                + " \"maxMessageBytes\": 1048576, \"version\": \"\\d[^\"]*\"}"), json);
    }

    @Test
    void answersHeadWithTheHeadOfGet() throws Exception {
        HttpResponse<byte[]> get = ask("GET", "/");
        HttpResponse<byte[]> head = ask("HEAD", "/");
        assertEquals(200, head.statusCode());
        assertEquals(0, head.body().length);
        assertEquals(get.headers().map(), head.headers().map());
    }

    @Test
    void tellsThatItIsHealthy() throws Exception {
        HttpResponse<byte[]> response = ask("GET", "/health");
        assertEquals(200, response.statusCode());
        assertEquals("ok", new String(response.body()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/nothing", "/nothing.html", "/Ws.class", "/echo/", "/../Ws.class",
        "/..%2fversion.properties", "/version.properties" })
    void knowsNothingElse(String path) throws Exception {
        assertTrue(ask("GET", path).statusCode() >= 400, path);
    }

    @Test
    void answersAnUnknownPathWith404() throws Exception {
        assertEquals(404, ask("GET", "/nothing.html").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/echo", "/broadcast" })
    void asksForAnUpgradeOnTheEndpoints(String path) throws Exception {
        HttpResponse<byte[]> response = ask("GET", path);
        assertEquals(426, response.statusCode());
        assertEquals("websocket", field(response, "Upgrade"));
    }

    @Test
    void refusesOtherMethods() throws Exception {
        assertEquals(405, ask("DELETE", "/").statusCode());
    }
}
