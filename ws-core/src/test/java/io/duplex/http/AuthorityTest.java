package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @Test
    void readsHostAndPort() throws HttpException {
        assertEquals(new Authority("example.com", OptionalInt.empty()), Authority.parse("Example.COM"));
        assertEquals(new Authority("example.com", OptionalInt.of(8080)), Authority.parse("example.com:8080"));
        assertEquals(new Authority("a", OptionalInt.empty()), Authority.parse("a:"));
        assertEquals(new Authority("[::1]", OptionalInt.of(0)), Authority.parse("[::1]:0"));
        assertEquals(OptionalInt.of(65535), Authority.parse("a:65535").port());
    }

    @ParameterizedTest
    @ValueSource(strings = { "a_b", "127.0.0.1", "xn--e1a", "a%20b", "[1:2:3:4:5:6:7:8]", "[::]", "[1::]",
        "[::8]",
        "[1:2:3:4:5:6:7::]", "[::ffff:192.0.2.255]", "[1:2:3:4:5:6:192.0.2.0]" })
    void takesEveryKindOfHost(String host) throws HttpException {
        assertEquals(host, Authority.parse(host).host());
        assertEquals(host + ":1", Authority.parse(host + ":1").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ":80", "a b", "a/b", "a@b", "a%2", "a%zz", "\u00e9", "a:b", "a:-1",
        "a:65536",
        "a:000080", "a:1:2", "::1", "[]", "[", "[::1", "::1]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]", "[1::2::3]", "[:::]", "[12345::]", "[g::]", "[::1%eth0]", "[::256.0.0.1]",
        "[::1.2.3]", "[::1.2.3.4.5]", "[1.2.3.4::]", "[::01.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1]80" })
    void refusesWhatIsMalformed(String text) {
        assertEquals(400, assertThrows(HttpException.class, () -> Authority.parse(text)).status());
    }

    @Test
    void checksWhatIsMadeByHand() {
        assertThrows(IllegalArgumentException.class, () -> new Authority("a b", OptionalInt.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Authority("a", OptionalInt.of(65536)));
        assertThrows(IllegalArgumentException.class, () -> new Authority("a", OptionalInt.of(-1)));
    }

    @Test
    void aHostInOtherLettersIsTurnedIntoAscii() {
        assertEquals("xn--bcher-kva.example:8080", Authority.toAscii("b\u00fccher.example:8080", "The URI"));
        assertEquals("[::1]:80", Authority.toAscii("[::1]:80", "The URI"));
        assertEquals("the proxy's host is no internationalised domain name",
                assertThrows(IllegalArgumentException.class,
                        () -> Authority.toAscii("\u00fc".repeat(300), "the proxy")).getMessage());
    }
}
