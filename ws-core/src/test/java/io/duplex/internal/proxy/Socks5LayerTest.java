package io.duplex.internal.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.PlainLayer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SOCKS 5 (RFC 1928) with user name and password (RFC 1929): what a proxy is told, and what its answers come
 * to.
 */
class Socks5LayerTest {
    private static final ProxyServer OPEN = ProxyServer.socks5("proxy.example", 1080);
    private static final ProxyServer KNOWN = OPEN.withCredentials("me", "secret");
    private static final TunnelTarget TARGET = new TunnelTarget("example.com", 443, Optional.empty());
    private static final byte[] ASKED = bytes("\u0005\u0001\0\u0003\u000bexample.com\u0001\u00bb");
    private static final String IPV4_REPLY = "\u0005\0\0\u0001\u007f\0\0\u0001\u0004\u0038";

    private final TunnelBench open = bench(OPEN);
    private final TunnelBench known = bench(KNOWN);

    private static TunnelBench bench(ProxyServer proxy) {
        return bench(proxy, TARGET);
    }

    private static TunnelBench bench(ProxyServer proxy, TunnelTarget target) {
        return new TunnelBench(above -> new Socks5Layer(above, proxy, target)).connect();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertFailure(Reason reason, String whatItDid, TunnelBench bench) {
        ProxyException failure = bench.failure();
        assertEquals("the proxy socks5://proxy.example:1080 " + whatItDid, failure.getMessage());
        assertEquals(reason, failure.reason());
        assertEquals(Optional.empty(), failure.response());
    }

    @Test
    void offersNoAuthenticationAloneWithoutCredentials() {
        assertArrayEquals(new byte[] { 5, 1, 0 }, open.heard());
    }

    @Test
    void offersUserNameAndPasswordToo() {
        assertArrayEquals(new byte[] { 5, 2, 0, 2 }, known.heard());
    }

    @Test
    void theNameIsResolvedByTheProxy() {
        open.heard();
        assertArrayEquals(ASKED, open.says(5, 0).heard());
    }

    @Test
    void anIpv4AddressIsSentAsOne() {
        TunnelBench bench = bench(OPEN, new TunnelTarget("192.0.2.1", 80,
                Optional.of(new byte[] { (byte) 192, 0, 2, 1 })));
        bench.heard();
        assertArrayEquals(new byte[] { 5, 1, 0, 1, (byte) 192, 0, 2, 1, 0, 80 }, bench.says(5, 0).heard());
    }

    @Test
    void anIpv6AddressIsSentAsOne() {
        byte[] address = new byte[16];
        address[15] = 1;
        TunnelBench bench = bench(OPEN, new TunnelTarget("::1", 65535, Optional.of(address)));
        bench.heard();
        byte[] asked = bench.says(5, 0).heard();
        assertEquals(22, asked.length);
        assertEquals(4, asked[3]);
        assertEquals(1, asked[19]);
        assertEquals(-1, asked[20]);
        assertEquals(-1, asked[21]);
    }

    @Test
    void logsInWhenTheProxyWants() {
        known.heard();
        assertArrayEquals(bytes("\u0001\u0002me\u0006secret"), known.says(5, 2).heard());
        assertArrayEquals(ASKED, known.says(1, 0).heard());
    }

    @Test
    void needsNoLoginWhenTheProxyDoesNotWantIt() {
        known.heard();
        assertArrayEquals(ASKED, known.says(5, 0).heard());
    }

    @Test
    void aWrongPasswordIsToldSo() {
        assertFailure(Reason.AUTHENTICATION, "rejects the user name and password",
                known.says(5, 2, 1, 1));
    }

    @Test
    void aProxyThatWantsToKnowUsIsToldSo() {
        assertFailure(Reason.AUTHENTICATION, "wants authentication, and it was given no credentials",
                open.says(5, 0xFF));
    }

    @Test
    void aProxyThatTakesNoMethodOfOursIsToldSo() {
        assertFailure(Reason.AUTHENTICATION,
                "takes neither a user name and password nor a client without; Duplex speaks no other method",
                known.says(5, 0xFF));
    }

    @Test
    void aMethodThatWasNotOfferedIsRefused() {
        assertFailure(Reason.PROTOCOL, "chose method 1, which it was not offered", known.says(5, 1));
        assertFailure(Reason.PROTOCOL, "chose a user name and password, which it was not offered",
                open.says(5, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = { IPV4_REPLY, "\u0005\0\0\u0003\u0004host\0\u0050", "\u0005\0\0\u0003\0\0\u0050",
        "\u0005\0\0\u0004abcdefghijklmnop\u0012\u0034" })
    void aReplyWithAnyBoundAddressOpensTheTunnel(String reply) {
        open.says(5, 0).says(reply + "data");
        assertTrue(open.stands());
        assertEquals("data", open.above.received());
    }

    @ParameterizedTest
    @CsvSource({ "1, TARGET, general failure (reply 1)", "2, REFUSED, not allowed by its rules (reply 2)",
        "3, TARGET, network unreachable (reply 3)", "4, TARGET, host unreachable (reply 4)",
        "5, TARGET, connection refused (reply 5)", "6, TARGET, time to live expired (reply 6)",
        "7, REFUSED, it does not know the command (reply 7)",
        "8, REFUSED, it does not know this type of address (reply 8)",
        "9, PROTOCOL, 'reply 9, which has no meaning'", "255, PROTOCOL, 'reply 255, which has no meaning'" })
    void eachReplyIsToldInWords(int code, Reason reason, String words) {
        assertFailure(reason, "opened no tunnel to example.com:443: " + words, open.says(5, 0).says(5, code));
    }

    @Test
    void anotherVersionIsRefusedAtItsFirstByte() {
        assertFailure(Reason.PROTOCOL, "does not answer in SOCKS 5: the first byte is 4", open.says(4));
        assertFailure(Reason.PROTOCOL, "does not answer in SOCKS 5: the first byte is 0",
                known.says(5, 0).says(0, 0x5A));
    }

    @Test
    void anHttpProxyIsRecognised() {
        assertFailure(Reason.PROTOCOL,
                "does not answer in SOCKS 5 but in HTTP, it seems; its URL begins with http:// then",
                open.says("HTTP/1.1 400 Bad Request\r\n\r\n"));
    }

    @Test
    void anotherVersionOfTheLoginIsRefused() {
        assertFailure(Reason.PROTOCOL, "answered version 5 of the user name and password, not 1",
                known.says(5, 2).says(5, 0));
    }

    @Test
    void anAddressOfNoTypeIsRefused() {
        assertFailure(Reason.PROTOCOL, "answered with an address of type 2, which does not exist",
                open.says(5, 0).says(5, 0, 0, 2));
    }

    @Test
    void aNameThatSocksCannotSayFailsBeforeAnythingIsConnected() {
        TunnelTarget longest = new TunnelTarget("a".repeat(255), 80, Optional.empty());
        assertEquals(255, bench(OPEN, longest).says(5, 0).heard()[7] & 0xFF);
        TunnelTarget tooLong = new TunnelTarget("a".repeat(256), 80, Optional.empty());
        ProxyException failure =
                assertThrows(ProxyException.class, () -> new Socks5Layer(new PlainLayer(), OPEN, tooLong));
        assertTrue(failure.getMessage().contains("255 bytes"), failure.getMessage());
    }

    @Test
    void everyCutOfATranscriptComesToTheSame() {
        List<String> transcripts = List.of("\u0005\0" + IPV4_REPLY + "data",
                "\u0005\u0002\u0001\0\u0005\0\0\u0003\u0004host\0\u0050data", "\u0005\u0002\u0001\u0001rest",
                "\u0005\0\u0005\u0005\0\u0001rest", "\u0005\u00ff", "HTTP/1.1 400 Bad\r\n\r\n");
        for (String transcript : transcripts) {
            String whole = bench(KNOWN).says(transcript).story();
            for (int cut = 1; cut < transcript.length(); cut++) {
                assertEquals(whole, bench(KNOWN).cut(Cuts.at(cut)).says(transcript).story(),
                        transcript + " cut at " + cut);
            }
            assertEquals(whole, bench(KNOWN).cut(Cuts.every(1)).says(transcript).story(), transcript);
        }
    }
}
