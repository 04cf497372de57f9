package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 10.2. Which origins match is in OriginTest and OriginPatternTest. */
class OriginPolicyTest {
    private static final OriginPolicy LISTED = OriginPolicy.allow("https://app.example",
            "https://*.app.example");

    private static RequestHead request(String... origins) {
        HttpHeaders.Builder headers = HttpHeaders.builder().add("Host", "a.example:8080");
        for (String origin : origins) {
            headers.add("Origin", origin);
        }
        return new RequestHead("GET", "/", HttpVersion.HTTP_1_1, headers.build());
    }

    static OriginPolicy[] all() {
        return new OriginPolicy[] { OriginPolicy.sameHost(), OriginPolicy.sameHostBehindTls(),
            OriginPolicy.any(), LISTED, LISTED.orSameHost() };
    }

    @ParameterizedTest
    @MethodSource("all")
    void letsClientsThatAreNoBrowserPass(OriginPolicy policy) {
        assertTrue(policy.allows(request(), false));
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusesMoreThanOneOrigin(OriginPolicy policy) {
        assertFalse(policy.allows(request("http://a.example:8080", "http://a.example:8080"), false));
        assertFalse(policy.allows(request("https://app.example", "https://app.example"), false));
    }

    @Test
    void allowsTheSameHostAndNoOther() {
        assertTrue(OriginPolicy.sameHost().allows(request("http://a.example:8080"), false));
        assertFalse(OriginPolicy.sameHost().allows(request("http://a.example"), false));
        assertFalse(OriginPolicy.sameHost().allows(request("https://app.example"), false));
    }

    @Test
    void comparesTheSchemeWithTheConnectionAlsoWithAnExplicitPort() {
        OriginPolicy policy = OriginPolicy.sameHost();
        assertTrue(policy.allows(request("https://a.example:8080"), true));
        assertFalse(policy.allows(request("http://a.example:8080"), true));
        assertFalse(policy.allows(request("https://a.example:8080"), false));
        assertFalse(LISTED.orSameHost().allows(request("http://a.example:8080"), true));
    }

    @Test
    void refusesSchemesOfNoWebPageUnlessListed() {
        assertFalse(OriginPolicy.sameHost().allows(request("evil-app://a.example:8080"), false));
        assertFalse(OriginPolicy.sameHost().allows(request("evil-app://a.example:8080"), true));
        assertTrue(OriginPolicy.allow("good-app://a.example:8080")
                .allows(request("good-app://a.example:8080"), false));
    }

    @Test
    void expectsHttpsBehindAProxyThatEndsTls() {
        OriginPolicy policy = OriginPolicy.sameHostBehindTls();
        RequestHead plain = new RequestHead("GET", "/", HttpVersion.HTTP_1_1,
                HttpHeaders.builder().add("Host", "a.example").add("Origin", "https://a.example").build());
        assertTrue(policy.allows(plain, false));
        assertTrue(policy.allows(request("https://a.example:8080"), false));
        assertTrue(policy.allows(request("https://a.example:8080"), true));
        assertFalse(policy.allows(request("http://a.example:8080"), false));
        assertFalse(policy.allows(request("https://a.example"), false));
    }

    @ParameterizedTest
    @ValueSource(strings = { "null", "", "a.example:8080", "http://a.example:8080/", "file://", "http://",
        "http://a.example:8080 http://b.example", "http://a.example:8080, http://b.example",
        "http:a.example:8080",
        "http://user@a.example:8080", "http://a.example:08080x", "http://a.example:8080#",
        "//a.example:8080" })
    void refusesWhatIsNoOrigin(String origin) {
        assertFalse(OriginPolicy.sameHost().allows(request(origin), false));
        assertFalse(OriginPolicy.sameHost().allows(request(origin), true));
        assertFalse(OriginPolicy.sameHostBehindTls().allows(request(origin), false));
        assertFalse(LISTED.orSameHost().allows(request(origin), false));
        assertTrue(OriginPolicy.any().allows(request(origin), false));
    }

    @Test
    void comparesWithTheHostOfAnAbsoluteTarget() {
        RequestHead absolute = new RequestHead("GET", "http://b.example/", HttpVersion.HTTP_1_1,
                HttpHeaders.builder().add("Host", "a.example").add("Origin", "http://b.example").build());
        assertTrue(OriginPolicy.sameHost().allows(absolute, false));
    }

    @Test
    void refusesIfThereIsNoUsableHost() {
        RequestHead without = new RequestHead("GET", "/", HttpVersion.HTTP_1_1,
                HttpHeaders.of("Origin", "http://a.example"));
        RequestHead malformed = new RequestHead("GET", "/", HttpVersion.HTTP_1_1,
                HttpHeaders.builder().add("Host", "a b").add("Origin", "http://a.example").build());
        assertFalse(OriginPolicy.sameHost().allows(without, false));
        assertFalse(OriginPolicy.sameHost().allows(malformed, false));
    }

    @Test
    void allowsTheListedOnly() {
        assertTrue(LISTED.allows(request("https://app.example"), false));
        assertTrue(LISTED.allows(request("https://x.y.app.example"), false));
        assertFalse(LISTED.allows(request("http://a.example:8080"), false));
        assertFalse(LISTED.allows(request("https://other.example"), false));
    }

    @Test
    void allowsTheSameHostTooIfAsked() {
        assertTrue(LISTED.orSameHost().allows(request("https://app.example"), false));
        assertTrue(LISTED.orSameHost().allows(request("http://a.example:8080"), false));
        assertFalse(LISTED.orSameHost().allows(request("https://other.example"), false));
    }

    @Test
    void checksTheListWhenItIsMade() {
        assertThrows(IllegalArgumentException.class,
                () -> OriginPolicy.allow("https://a.example", "b.example"));
        assertEquals("No origin to allow",
                assertThrows(IllegalArgumentException.class, () -> OriginPolicy.allow()).getMessage());
    }
}
