package io.duplex.samples.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticResourcesTest {
    private static final StaticResources RESOURCES = StaticResources.ofMemory(Map.of("index.html",
            Requests.bytes("<p>"), "js/app.js", Requests.bytes("x()"), "js/index.html",
            Requests.bytes("js")));

    private static HttpResponse get(HttpHandler handler, String target) {
        return Requests.answer(handler, Requests.request("GET", target));
    }

    private static HttpResponse getIfNoneMatch(String tags) {
        HttpRequest plain = Requests.request("GET", "/js/app.js");
        return Requests.answer(RESOURCES, new HttpRequest("GET", plain.target(),
                HttpHeaders.of("If-None-Match", tags), Map.of(), plain.remoteAddress(), false));
    }

    private static String text(HttpResponse response) {
        return StandardCharsets.UTF_8.decode(response.body()).toString();
    }

    @ParameterizedTest
    @CsvSource({ "/, <p>", "/index.html, <p>", "/js/app.js, x()", "/js/, js", "/js/../js/app.js, x()" })
    void servesByName(String target, String body) {
        HttpResponse response = get(RESOURCES, target);
        assertEquals(200, response.status());
        assertEquals(body, text(response));
        assertEquals(Optional.of("nosniff"), response.headers().first("X-Content-Type-Options"));
    }

    @Test
    void servesBelowAWildcardRoute() {
        HttpRoutes routes = HttpRoutes.builder().get("/static/*", RESOURCES).build();
        assertEquals("x()", text(get(routes, "/static/js/app.js")));
        assertEquals("<p>", text(get(routes, "/static/")));
        assertEquals(404, get(routes, "/static/static/js/app.js").status());
    }

    @ParameterizedTest
    @CsvSource({ "html, text/html; charset=utf-8", "css, text/css; charset=utf-8",
        "js, text/javascript; charset=utf-8",
        "svg, image/svg+xml", "png, image/png", "ico, image/x-icon", "json, application/json",
        "txt, text/plain; charset=utf-8", "woff2, font/woff2", "PNG, image/png" })
    void knowsTheContentTypeByTheEnding(String ending, String type) {
        StaticResources any = StaticResources.of(name -> new ByteArrayInputStream(new byte[1]));
        assertEquals(Optional.of(type), get(any, "/a.b." + ending).headers().first("Content-Type"));
    }

    /** The source would open anything; the name must not get that far. */
    @ParameterizedTest
    @ValueSource(strings = { "../a.txt", "a/../../b.txt", "./a.txt", "/a.txt", "a//b.txt", "C:/a.txt",
        "..\\a.txt",
        "a\u0000.txt", ".hidden.txt", "a/.git/b.txt", "Some.class", "folder", "a.txt.bak", "..", "//" })
    void neverLeavesItsFolderOrServesOtherKinds(String name) {
        List<String> opened = new ArrayList<>();
        StaticResources any = StaticResources.of(opening -> {
            opened.add(opening);
            return new ByteArrayInputStream(new byte[1]);
        });
        HttpRequest request = Requests.request("GET", "/x").withPathParameters(Map.of("*", name));
        assertEquals(404, Requests.answer(any, request).status());
        assertEquals(List.of(), opened);
    }

    @Test
    void answers404WhereThereIsNothing() {
        assertEquals(404, get(RESOURCES, "/missing.html").status());
    }

    @Test
    void answers304WhereTheClientHasItAlready() {
        String tag = get(RESOURCES, "/js/app.js").headers().first("ETag").orElseThrow();
        for (String tags : List.of(tag, "\"x\", " + tag, "W/" + tag, "*")) {
            HttpResponse response = getIfNoneMatch(tags);
            assertEquals(304, response.status(), tags);
            assertEquals(Optional.of(tag), response.headers().first("ETag"));
            assertEquals(0, response.body().remaining());
        }
        for (String tags : List.of("\"x\"", "", tag.replace("\"", ""), "\"*\"")) {
            assertEquals(200, getIfNoneMatch(tags).status(), tags);
        }
        assertTrue(!tag.equals(get(RESOURCES, "/").headers().first("ETag").orElseThrow()));
    }

    @Test
    void takesGetAndHeadOnly() {
        assertEquals(200, Requests.answer(RESOURCES, Requests.request("HEAD", "/")).status());
        HttpResponse refused = Requests.answer(RESOURCES, Requests.request("POST", "/"));
        assertEquals(405, refused.status());
        assertEquals(Optional.of("GET, HEAD"), refused.headers().first("Allow"));
    }

    @Test
    void readsAResourceOnceAndClosesIt() {
        List<String> events = new ArrayList<>();
        StaticResources counted = StaticResources.of(name -> {
            events.add("open " + name);
            return new ByteArrayInputStream(new byte[1]) {
                @Override
                public void close() {
                    events.add("close " + name);
                }
            };
        });
        assertEquals(200, get(counted, "/a.txt").status());
        assertEquals(200, get(counted, "/a.txt").status());
        assertEquals(List.of("open a.txt", "close a.txt"), events);
    }

    @Test
    void failsTheStageWhereReadingFails() {
        StaticResources broken = StaticResources.of(name -> new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk");
            }
        });
        CompletionException e = assertThrows(CompletionException.class, () -> get(broken, "/a.txt"));
        assertInstanceOf(UncheckedIOException.class, e.getCause());
    }

    @Test
    void servesTheClassPath() {
        StaticResources absolute = StaticResources.ofClassPath(StaticResourcesTest.class,
                "/io/duplex/samples/web/static");
        StaticResources relative = StaticResources.ofClassPath(StaticResourcesTest.class, "static/");
        assertEquals("on the class path\n", text(get(absolute, "/sample.txt")));
        assertEquals("on the class path\n", text(get(relative, "/sample.txt")));
        assertEquals(404, get(relative, "/missing.txt").status());
    }

    @Test
    void doesNotChangeWithTheBytesItWasMadeOf() {
        byte[] bytes = { 'a' };
        StaticResources memory = StaticResources.ofMemory(Map.of("a.txt", bytes));
        bytes[0] = 'b';
        assertEquals("a", text(get(memory, "/a.txt")));
    }
}
