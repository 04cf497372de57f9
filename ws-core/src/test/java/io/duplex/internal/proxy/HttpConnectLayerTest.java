package io.duplex.internal.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.testkit.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT (RFC 9110 section 9.3.6): what a proxy is asked, and what its answers come to. */
class HttpConnectLayerTest {
    private static final ProxyServer PROXY = ProxyServer.http("proxy.example", 3128);
    private static final String ASKED =
            "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 Connection established\r\n\r\n";

    private final TunnelBench bench = bench(PROXY);

    private static TunnelBench bench(ProxyServer proxy) {
        return bench(proxy, "example.com");
    }

    private static TunnelBench bench(ProxyServer proxy, String host) {
        return new TunnelBench(above -> new HttpConnectLayer(above, proxy,
                new TunnelTarget(host, 443, Optional.empty()))).connect();
    }

    private ProxyException answered(String answer) {
        return bench.says(answer).failure();
    }

    @Test
    void asksForTheTargetInAuthorityFormWithItsPort() {
        assertEquals(ASKED, bench.heardText());
        assertFalse(bench.stands());
    }

    @Test
    void anIpv6TargetIsInBrackets() {
        assertEquals("CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n",
                bench(PROXY, "2001:db8::1").heardText());
    }

    @Test
    void credentialsGoWithTheFirstRequestInUtf8() {
        String pair = Base64.getEncoder().encodeToString("me:pä:ss".getBytes(StandardCharsets.UTF_8));
        assertEquals("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n"
                + "Proxy-Authorization: Basic " + pair + "\r\n\r\n",
                bench(PROXY.withCredentials("me", "pä:ss")).heardText());
    }

    @ParameterizedTest
    @ValueSource(strings = { "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 Connection established\r\n\r\n",
        "HTTP/1.1 204 \r\n\r\n", "HTTP/1.1 299 Whatever\r\nVia: 1.1 proxy\r\n\r\n" })
    void any2xxOpensTheTunnel(String answer) {
        assertTrue(bench.says(answer).stands());
        assertEquals("", bench.above.received());
    }

    @Test
    void a2xxHasNoBodyWhateverItsFieldsSay() {
        bench.says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello");
        assertEquals("hello", bench.above.received());
    }

    @Test
    void bytesBehindTheAnswerBelongToTheTunnel() {
        bench.says(OK + "first").says(" second");
        assertEquals("first second", bench.above.received());
    }

    @Test
    void bytesBehindTheAnswerWaitForALayerThatDoesNotReadYet() {
        bench.above.wantsRead(false);
        bench.says(OK + "early");
        assertTrue(bench.stands());
        assertEquals("", bench.above.received());
        bench.above.wantsRead(true);
        bench.host.inputReady();
        bench.host.run();
        assertEquals("early", bench.above.received());
    }

    @Test
    void whatTheLayerAboveSaysGoesThroughTheTunnelAndNotBefore() {
        bench.heard();
        bench.above.send("GET / HTTP/1.1");
        bench.host.run();
        assertEquals("", bench.heardText());
        bench.says(OK);
        assertEquals("GET / HTTP/1.1", bench.heardText());
    }

    @Test
    void interimResponsesArePassedOver() {
        assertTrue(
                bench.says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n" + OK).stands());
    }

    @Test
    void interimResponsesWithoutEndAreRefused() {
        bench.says("HTTP/1.1 100 Continue\r\n\r\n".repeat(HttpConnectLayer.MAX_INTERIM_RESPONSES));
        assertFalse(bench.host.isReleased());
        ProxyException failure = answered("HTTP/1.1 100 Continue\r\n\r\n");
        assertEquals(Reason.PROTOCOL, failure.reason());
        assertEquals("the proxy http://proxy.example:3128 sent more than 8 interim responses and no answer",
                failure.getMessage());
    }

    @Test
    void switchingProtocolsWasNotAskedFor() {
        assertEquals(Reason.PROTOCOL, answered("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n").reason());
    }

    @Test
    void a407WithoutCredentialsNamesTheProxyAndItsSchemes() {
        ProxyException failure = answered("HTTP/1.1 407 Proxy Authentication Required\r\n"
                + "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm=\"a, b\"\r\n\r\nbody");
        assertEquals(Reason.AUTHENTICATION, failure.reason());
        assertEquals("the proxy http://proxy.example:3128 wants authentication (407) by Negotiate, Basic,"
                + " and it was given no credentials", failure.getMessage());
        assertEquals(407, failure.response().orElseThrow().status());
        assertEquals(Optional.of(PROXY), failure.proxy());
    }

    @Test
    void a407WithCredentialsSaysThatTheyAreNotTaken() {
        ProxyException failure = bench(PROXY.withCredentials("me", "secret"))
                .says("HTTP/1.0 407 No\r\nProxy-Authenticate: basic realm=\"x\"\r\n\r\n")
                .failure();
        assertEquals("the proxy http://proxy.example:3128 rejects the user name and password;"
                + " it wants authentication (407) by basic", failure.getMessage());
    }

    @Test
    void a407ForOtherSchemesSaysWhatDuplexSpeaks() {
        ProxyException failure = bench(PROXY.withCredentials("me", "secret"))
                .says("HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"y\", NTLM\r\n\r\n")
                .failure();
        assertEquals("the proxy http://proxy.example:3128 wants authentication (407) by Digest, NTLM,"
                + " none of which Duplex supports: it supports Basic", failure.getMessage());
    }

    @Test
    void a401IsTakenForA407() {
        ProxyException failure = bench(PROXY.withCredentials("me", "secret"))
                .says("HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n")
                .failure();
        assertEquals(Reason.AUTHENTICATION, failure.reason());
        assertEquals("the proxy http://proxy.example:3128 rejects the user name and password;"
                + " it wants authentication (401) by Basic", failure.getMessage());
    }

    @Test
    void a407WithoutASchemeIsToldSo() {
        assertEquals("the proxy http://proxy.example:3128 wants authentication (407) without a scheme,"
                + " and it was given no credentials", answered("HTTP/1.1 407 No\r\n\r\n").getMessage());
    }

    @ParameterizedTest
    @CsvSource({ "403, REFUSED", "405, REFUSED", "302, REFUSED", "400, REFUSED", "408, TARGET", "429, TARGET",
        "500, TARGET", "502, TARGET", "503, TARGET" })
    void otherStatusesAreToldWithTheirTarget(int status, Reason reason) {
        ProxyException failure = answered("HTTP/1.1 " + status + " Because\r\nContent-Length: 9\r\n\r\n");
        assertEquals(reason, failure.reason());
        assertEquals("the proxy http://proxy.example:3128 opened no tunnel to example.com:443: it answered "
                + status + " Because", failure.getMessage());
    }

    @Test
    void anAnswerThatIsNoHttpIsToldSo() {
        ProxyException failure = answered("SSH-2.0-OpenSSH_9.2\r\n");
        assertEquals(Reason.PROTOCOL, failure.reason());
        assertEquals(
                "the answer of the proxy http://proxy.example:3128 is not valid HTTP: malformed status line",
                failure.getMessage());
    }

    @Test
    void theUsualMistakesAreNamed() {
        assertTrue(bench(PROXY).says(0x15, 3, 3, 0, 2, 2, 70).failure().getMessage().contains("https://"));
        assertTrue(bench(PROXY).says(5, 0xFF).failure().getMessage().contains("socks5://"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 8 << 10, 32 << 10 })
    void aHeadWithoutEndIsCutOffAtItsLimit(int limit) {
        bench.says(limit == 8 << 10 ? "HTTP/1.1 200 " : "HTTP/1.1 200 OK\r\nA: ");
        ProxyException failure = bench.says("x".repeat(limit)).failure();
        assertEquals(Reason.PROTOCOL, failure.reason());
        assertTrue(failure.getMessage().endsWith("longer than " + limit + " bytes"), failure.getMessage());
    }

    @Test
    void everyCutOfATranscriptComesToTheSame() {
        List<String> transcripts = List.of(OK + "data behind it",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ndata",
                "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\nbody",
                "HTTP/1.1 503 Down\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "\u0005\u0000garbage");
        for (String transcript : transcripts) {
            String whole = bench(PROXY).says(transcript).story();
            for (int cut = 1; cut < transcript.length(); cut++) {
                assertEquals(whole, bench(PROXY).cut(Cuts.at(cut)).says(transcript).story(),
                        transcript + " cut at " + cut);
            }
            assertEquals(whole, bench(PROXY).cut(Cuts.every(1)).says(transcript).story(), transcript);
        }
    }
}
