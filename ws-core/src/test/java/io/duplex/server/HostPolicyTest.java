package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 7.4. */
class HostPolicyTest {
    private static boolean allows(HostPolicy policy, String host) throws HttpException {
        return policy.allows(Authority.parse(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "localhost", "LocalHost:8080", "localhost.", "app.localhost:3000", "a.b.localhost",
                "127.0.0.1", "127.0.0.1:9", "127.0.0.1.", "127.255.255.255", "[::1]", "[::1]:8080",
                "[0:0:0:0:0:0:0:1]", "[0000::0001]",
                "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]:80", "[0:0::0:1]", "[::0.0.0.1]" })
    void thisMachineIsKnownByItsNamesAndAddresses(String host) throws HttpException {
        assertTrue(allows(HostPolicy.loopback(), host));
    }

    @ParameterizedTest
    @ValueSource(strings = { "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "xlocalhost",
        "localhost-", "126.0.0.1", "128.0.0.1", "127.0.0.256", "127.1", "2130706433", "0x7f.0.0.1",
        "0.0.0.0", "[::]", "[::2]", "[1::1]", "[::1:1]", "[::fffe:127.0.0.1]", "[::ffff:128.0.0.1]",
        "[1::ffff:127.0.0.1]", "[::127.0.0.1]", "192.168.0.1" })
    void everythingElseIsForeign(String host) throws HttpException {
        assertFalse(allows(HostPolicy.loopback(), host));
        assertTrue(allows(HostPolicy.any(), host));
    }

    @ParameterizedTest
    @CsvSource({ "app.example, app.example, true", "app.example, APP.example:1, true",
        "app.example, app.example., true", "app.example., app.example, true",
        "app.example, x.app.example, false",
        "app.example, app.example.evil, false", "app.example:80, app.example:80, true",
        "app.example:80, app.example:81, false", "app.example:80, app.example, false",
        "*.app.example, x.app.example, true", "*.app.example, x.y.app.example:9, true",
        "*.app.example, app.example, false", "*.app.example, .app.example, false",
        "*.app.example, xapp.example, false", "[2001:DB8::1], [2001:db8::1]:99, true",
        "192.0.2.1, 192.0.2.1:5, true",
        "192.0.2.1, 192.0.2.10, false" })
    void aListMeansWhatItSays(String pattern, String host, boolean expected) throws HttpException {
        assertEquals(expected, allows(HostPolicy.allow("other.example", pattern), host));
    }

    @Test
    void aListDoesNotAllowThisMachineUnlessAsked() throws HttpException {
        assertFalse(allows(HostPolicy.allow("app.example"), "localhost"));
        assertTrue(allows(HostPolicy.allow("app.example").orLoopback(), "localhost"));
        assertTrue(allows(HostPolicy.allow("app.example").orLoopback(), "app.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "*", "", "http://a.example", "a*.example", "*.*.example", "a.example:*",
        "a.example/x",
        "user@a.example", "[::1", "a.example:70000" })
    void checksTheListWhenItIsMade(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> HostPolicy.allow("a.example", pattern));
        assertEquals("No host to allow",
                assertThrows(IllegalArgumentException.class, () -> HostPolicy.allow()).getMessage());
    }
}
