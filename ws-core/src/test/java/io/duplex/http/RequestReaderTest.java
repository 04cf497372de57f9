package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the order of RFC 9112: every example is read whole, byte by byte and cut at every offset. */
class RequestReaderTest {
    private static final String HOST = "Host: example.com\r\n";

    private static void refused(int status, String wire) {
        assertEquals(new Reading.Outcome(Optional.empty(), status, ""), Reading.ofRequest(wire), wire);
    }

    private static void refusedField(int status, String field) {
        refused(status, "GET / HTTP/1.1\r\n" + HOST + field + "\r\n\r\n");
    }

    // Section 2: message

    @Test
    void readsARequestAndLeavesWhatIsBehindIt() {
        Reading.Outcome outcome = Reading.ofRequest(
                "GET /chat?room=1 HTTP/1.1\r\nHost: example.com:8080\r\nX-A:  one\t "
                        + "\r\nx-a:two\r\nEmpty:\r\n\r\n\u0081\u0005\r\n");
        HttpHeaders headers = HttpHeaders.builder()
                .add("Host", "example.com:8080")
                .add("X-A", "one")
                .add("x-a", "two")
                .add("Empty", "")
                .build();
        RequestHead head = new RequestHead("GET", "/chat?room=1", HttpVersion.HTTP_1_1, headers);
        assertEquals(new Reading.Outcome(Optional.of(head), 0, "\u0081\u0005\r\n"), outcome);
    }

    @Test
    void wantsMoreBytesUntilTheEmptyLine() {
        assertEquals(new Reading.Outcome(Optional.empty(), 0, ""),
                Reading.ofRequest("GET / HTTP/1.1\r\n" + HOST + "\r"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\r", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\rX", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\rx HTTP/1.1\r\n" })
    void refusesEveryLineEndButCrlf(String wire) {
        refused(400, wire);
    }

    @Test
    void ignoresOneEmptyLineBeforeTheRequestLineAndNoSecond() {
        assertEquals("/", Reading.request("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n").target());
        refused(400, "\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @Test
    void refusesWhitespaceBetweenTheRequestLineAndTheFirstField() {
        refused(400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
        refused(400, "GET / HTTP/1.1\r\n \r\n" + HOST + "\r\n");
    }

    @Test
    void knowsATlsClientByItsFirstByte() {
        RequestReader reader = new RequestReader(HeadLimits.DEFAULT);
        assertEquals(400, assertThrows(HttpException.class,
                () -> reader.read(ByteBuffer.wrap(new byte[] { 0x16 }))).status());
    }

    // Section 2.3: version

    @Test
    void readsBothVersionsAndALaterMinorOneAsTheLatest() {
        assertEquals(HttpVersion.HTTP_1_1, Reading.request("GET / HTTP/1.1\r\n" + HOST + "\r\n").version());
        assertEquals(HttpVersion.HTTP_1_0, Reading.request("GET / HTTP/1.0\r\n\r\n").version());
        assertEquals(HttpVersion.HTTP_1_1, Reading.request("GET / HTTP/1.2\r\n" + HOST + "\r\n").version());
    }

    @ParameterizedTest
    @ValueSource(strings = { "PRI * HTTP/2.0", "GET / HTTP/3.0", "GET / HTTP/0.9" })
    void refusesOtherMajorVersionsWith505(String requestLine) {
        refused(505, requestLine + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "http/1.1", "HTTP/1", "HTTP/11", "HTTP/1.10", "HTTP/01.1", "HTTP/1,1",
        "HTTP 1.1",
        "HTTPS/1.1", "HTTP/1.x", "HTTP/\u00b9.1" })
    void refusesMalformedVersions(String version) {
        refused(400, "GET / " + version + "\r\n" + HOST + "\r\n");
    }

    // Section 3: request line

    @ParameterizedTest
    @ValueSource(strings = { "GET", "GET /", "GET / ", " GET / HTTP/1.1", "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ", "GET\t/\tHTTP/1.1", "GET / x HTTP/1.1", "GET  HTTP/1.1", "HTTP/1.1",
        "G(T / HTTP/1.1", "G\u00c9T / HTTP/1.1", "GET /\u00e9 HTTP/1.1", "GET /a\tb HTTP/1.1",
        "GET /\u0000 HTTP/1.1", "GET /\u007f HTTP/1.1", "GET /#x HTTP/1.1" })
    void refusesMalformedRequestLines(String requestLine) {
        refused(400, requestLine + "\r\n" + HOST + "\r\n");
    }

    @Test
    void keepsAMethodAsItIsWritten() {
        assertEquals("g3t!", Reading.request("g3t! / HTTP/1.1\r\n" + HOST + "\r\n").method());
    }

    // Section 3.2: target

    @Test
    void replacesTheHostByThatOfAnAbsoluteTarget() {
        RequestHead head = Reading.request(
                "GET http://Other.example:81/a?b HTTP/1.1\r\nX: 1\r\nHost: example.com\r\nY: 2\r\n\r\n");
        assertEquals(List.of("X", "Host", "Y"), head.headers().names());
        assertEquals(Optional.of("other.example:81"), head.headers().first("Host"));
        assertEquals("http://Other.example:81/a?b", head.target());
    }

    @Test
    void recognisesTheFormsThatNameNoResource() throws HttpException {
        assertEquals(TargetForm.ASTERISK,
                Reading.request("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n").targetForm());
        assertEquals(TargetForm.AUTHORITY,
                Reading.request("CONNECT example.com:443 HTTP/1.1\r\n" + HOST + "\r\n").targetForm());
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat", "example.com", "**", "ftp://example.com/", "http://", "http:///a",
        "http://u@h/",
        "http://a:b/", "://a/", "?a", "example.com:99999" })
    void refusesTargetsOfNoForm(String target) {
        refused(400, "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n", "Host:\r\n",
        "Host: a b\r\n",
        "Host: a,b\u00e9\r\n", "Host: a:x\r\n", "Host: a:65536\r\n", "Host: u@a\r\n", "Host: a/b\r\n",
        "Host: [::1\r\n", "Host: [::1]x\r\n", "Host: [:::1]\r\n", "Host: a:1:2\r\n" })
    void wantsExactlyOneWellFormedHost(String hosts) {
        refused(400, "GET / HTTP/1.1\r\n" + hosts + "\r\n");
        refused(400, "GET http://a/ HTTP/1.1\r\n" + hosts + "\r\n");
    }

    @Test
    void allowsNoHostButNotTwoInHttp10() throws HttpException {
        assertEquals(Optional.empty(), Reading.request("GET / HTTP/1.0\r\n\r\n").authority());
        refused(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n");
    }

    // Section 5: field lines

    @ParameterizedTest
    @ValueSource(strings = { "X : 1", "X\t: 1", ": 1", "X", "X Y: 1", " X: 1", "\tX: 1", "(X): 1",
        "X\u00e9: 1",
        "X: a\u0000", "X: a\u0001b", "X: a\u007f", "X: a\u001b[0m", "X: 1\r\n folded", "X: 1\r\n\tfolded" })
    void refusesMalformedFields(String field) {
        refusedField(400, field);
    }

    @Test
    void allowsTabsAndObsoleteTextInValues() {
        RequestHead head = Reading.request("GET / HTTP/1.1\r\n" + HOST + "X: a\tb \u0080\u00ff:c\r\n\r\n");
        assertEquals(Optional.of("a\tb \u0080\u00ff:c"), head.headers().first("x"));
    }

    // Section 6: body

    @ParameterizedTest
    @ValueSource(strings = { "Content-Length:", "Content-Length: -1", "Content-Length: +1",
        "Content-Length: 0x1",
        "Content-Length: 1 2", "Content-Length: 1.0", "Content-Length: 5,", "Content-Length: 5, 6",
        "Content-Length: 5\r\nContent-Length: 6", "Content-Length: \u00b2",
        "Content-Length: 0\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, gzip", "Transfer-Encoding:", "Transfer-Encoding: chunked;x" })
    void refusesFramingThatTwoReadersCouldSeeDifferently(String field) {
        refusedField(400, field);
    }

    @Test
    void saysWhetherABodyFollows() {
        String start = "POST / HTTP/1.1\r\n" + HOST;
        assertFalse(Reading.request(start + "\r\n").hasBody());
        assertFalse(Reading.request(start + "Content-Length: 00\r\n\r\n").hasBody());
        assertTrue(Reading.request(start + "Content-Length: 1\r\n\r\nx").hasBody());
        assertTrue(Reading.request(start + "Content-Length: 5, 05\r\nContent-Length: 5\r\n\r\n").hasBody());
        assertTrue(Reading.request(start + "Content-Length: " + "9".repeat(100) + "\r\n\r\n").hasBody());
        assertTrue(Reading.request(start + "Transfer-Encoding: gzip, Chunked\r\n\r\n").hasBody());
    }

    // Smuggled and injected lines stay values or are refused

    @Test
    void doesNotTakeASecondRequestForAField() {
        Reading.Outcome outcome = Reading
                .ofRequest("GET /a HTTP/1.1\r\n" + HOST + "\r\nGET /b HTTP/1.1\r\n\r\n");
        assertEquals("GET /b HTTP/1.1\r\n\r\n", outcome.leftover());
        refused(400, "GET /a HTTP/1.1\r\n" + HOST + "GET /b HTTP/1.1\r\n\r\n");
    }
}
