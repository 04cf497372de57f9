package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    @Test
    void splitsPathAndQuery() {
        RequestTarget target = Reading.target("/a%20b/c?x=1?y");
        assertEquals("/a%20b/c", target.rawPath());
        assertEquals("/a b/c", target.path());
        assertEquals(List.of("a b", "c"), target.segments());
        assertEquals(Optional.of("x=1?y"), target.query());
        assertEquals(Optional.empty(), target.authority());
        assertEquals(Optional.empty(), Reading.target("/").query());
        assertEquals(Optional.of(""), Reading.target("/?").query());
    }

    @ParameterizedTest
    @CsvSource({ "http://h, /", "HTTP://h/, /", "wss://h:1/a/b, /a/b", "ws://h?q, /",
        "https://[::1]/x?q, /x" })
    void takesThePathOutOfAnAbsoluteTarget(String target, String path) throws HttpException {
        assertEquals(path, Reading.target(target).path());
        assertEquals(Optional.of(TargetForm.authorityOf(target)), Reading.target(target).authority());
        assertEquals(target.contains("?"), Reading.target(target).query().isPresent());
    }

    @ParameterizedTest
    @CsvSource({ "/a/./b, /a/b", "/a/../b, /b", "/a/b/.., /a/", "/a/., /a/", "/., /", "/a/.., /",
        "/a/b/../../c, /c",
        "/%2e/a, /a", "/a/%2E%2e/b, /b", "/a/.%2e, /", "/.../a, /.../a", "/a//b, /a//b", "//a, //a",
        "/a//../b, /a/b", "/%C3%A9, /é", "/a+b, /a+b", "/%25zz, /%zz", "/%252e%252e, /%2e%2e" })
    void decodesAndNormalises(String target, String path) {
        assertEquals(path, Reading.target(target).path());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/..", "/../a", "/a/../..", "/%2e%2e/a", "/./..", "/a/%2e%2E/../b", "/%2f",
        "/a%2Fb",
        "/%5c", "/a\\b", "/..%5c..", "/%00", "/a%0d%0aX", "/%7f", "/%C2%85", "/%", "/%2", "/%zz", "/%+1",
        "/%ff",
        "/%C3", "/%C0%AE%C0%AE/", "/%ED%A0%80", "/?%", "/?a=%f", "/?a=%00", "/?%ff=1", "*", "h:80", "", "a",
        "/#", "ftp://h/" })
    void refusesWhatIsMalformedOrLeadsAstray(String target) {
        assertEquals(400, assertThrows(HttpException.class, () -> RequestTarget.parse(target)).status());
    }

    @Test
    void readsTheQueryAsAForm() {
        RequestTarget target = Reading.target("/?b=1&a=x+y%2B&b=2&&c&d=&=e&f=g=h&%26=%3D");
        assertEquals(
                Map.of("b", List.of("1", "2"), "a", List.of("x y+"), "c", List.of(""), "d", List.of(""), "",
                        List.of("e"), "f", List.of("g=h"), "&", List.of("=")),
                target.queryParameters());
        assertEquals(List.of("b", "a", "c", "d", "", "f", "&"),
                List.copyOf(target.queryParameters().keySet()));
        assertEquals(Optional.of("1"), target.queryParameter("b"));
        assertEquals(Optional.empty(), target.queryParameter("B"));
        assertEquals(Map.of(), Reading.target("/?").queryParameters());
        assertThrows(UnsupportedOperationException.class, () -> target.queryParameters().clear());
    }

    @Test
    void comparesWhatWasReceived() {
        assertEquals(Reading.target("/a?b"), Reading.target("/a?b"));
        assertNotEquals(Reading.target("/a"), Reading.target("/a?"));
        assertNotEquals(Reading.target("/a"), Reading.target("/%61"));
        assertEquals("/a", Reading.target("/a?secret").toString());
    }
}
