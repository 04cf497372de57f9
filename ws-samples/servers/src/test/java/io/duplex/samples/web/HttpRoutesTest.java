package io.duplex.samples.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRoutesTest {
    private static HttpHandler named(String name) {
        return HttpHandler
                .of(request -> HttpResponse.of(200).body(name + request.pathParameters(), "text/plain"));
    }

    private final HttpRoutes routes = HttpRoutes.builder()
            .get("/files/*", named("files"))
            .get("/{any}", named("any"))
            .get("/", named("root"))
            .get("/a", named("a"))
            .route("POST", "/form", named("form"))
            .route("HEAD", "/own", named("own-head"))
            .get("/own", named("own"))
            .route("HEAD", "/x/*", named("x-head"))
            .get("/x/y", named("x-get"))
            .route("PUT", "/b/c", named("put"))
            .build();

    private HttpResponse answer(String method, String target) {
        return Requests.answer(routes, Requests.request(method, target));
    }

    @ParameterizedTest
    @CsvSource({ "GET, /, root{}", "GET, /a, a{}", "GET, /%61, a{}", "GET, /z/../a?q, a{}",
        "GET, /b, any{any=b}",
        "GET, /files/x/y.css, files{*=x/y.css}", "GET, /form, any{any=form}", "POST, /form, form{}",
        "HEAD, /a, a{}", "HEAD, /own, own-head{}", "GET, /own, own{}", "HEAD, /x/y, x-get{}",
        "HEAD, /x/z, x-head{*=z}" })
    void choosesTheMostSpecificRoute(String method, String target, String expected) {
        assertEquals(expected, StandardCharsets.UTF_8.decode(answer(method, target).body()).toString());
    }

    @ParameterizedTest
    @CsvSource({ "/a/b", "/files/../a/b", "/nothing/here" })
    void answers404WhereNoPatternMatches(String target) {
        assertEquals(404, answer("GET", target).status());
        assertEquals(404, answer("POST", target).status());
    }

    @ParameterizedTest
    @CsvSource({ "POST, /a, 'GET, HEAD'", "PUT, /form, 'GET, HEAD, POST'", "GET, /b/c, PUT",
        "HEAD, /b/c, PUT",
        "get, /a, 'GET, HEAD'" })
    void answers405WhereThePathHasOtherMethods(String method, String target, String allow) {
        HttpResponse response = answer(method, target);
        assertEquals(405, response.status());
        assertEquals(Optional.of(allow), response.headers().first("Allow"));
    }

    @Test
    void refusesARouteThatWouldNeverBeReached() {
        HttpRoutes.Builder builder = HttpRoutes.builder().get("/{a}", named("a"));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> builder.get("/{b}", named("b")));
        assertTrue(e.getMessage().contains("/{a}") && e.getMessage().contains("/{b}"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder.get("no-slash", named("c")));
        assertThrows(IllegalArgumentException.class, () -> builder.route("A B", "/c", named("c")));
    }

    @Test
    void knowsTheMethodsOfATargetBeforeItIsAsked() {
        HttpRoutes routes = HttpRoutes.builder()
                .get("/page", request -> null)
                .route("POST", "/page", request -> null)
                .route("POST", "/say/{what}", request -> null)
                .build();
        assertEquals(Set.of("GET", "HEAD", "POST"), routes.methods(Requests.target("/page")));
        assertEquals(Set.of("POST"), routes.methods(Requests.target("/say/x")));
        assertEquals(Set.of(), routes.methods(Requests.target("/none")));
    }

    @Test
    void refusesARouteThatNoRequestCouldReach() {
        HttpRoutes.Builder builder = HttpRoutes.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.route("CONNECT", "/a", request -> null));
    }
}
