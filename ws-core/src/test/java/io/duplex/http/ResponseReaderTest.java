package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
    private static void refused(int status, String wire) {
        assertEquals(new Reading.Outcome(Optional.empty(), status, ""), Reading.ofResponse(wire), wire);
    }

    @Test
    void readsAResponseAndLeavesWhatIsBehindIt() {
        Reading.Outcome outcome = Reading.ofResponse(
                "HTTP/1.1 101 Switching  Protocols\r\nUpgrade: websocket\r\nConnection: "
                        + "Upgrade\r\n\r\n\u0081\u0000");
        HttpHeaders headers = HttpHeaders.builder()
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .build();
        ResponseHead head = new ResponseHead(101, "Switching  Protocols", HttpVersion.HTTP_1_1, headers);
        assertEquals(new Reading.Outcome(Optional.of(head), 0, "\u0081\u0000"), outcome);
    }

    @Test
    void allowsAReasonThatIsEmptyOrHasObsoleteText() {
        assertEquals("", Reading.response("HTTP/1.0 200 \r\n\r\n").reason());
        assertEquals("Caf\u00e9\t!", Reading.response("HTTP/1.1 404 Caf\u00e9\t!\r\n\r\n").reason());
    }

    @Test
    void readsTheWholeRangeOfStatusCodes() {
        assertEquals(100, Reading.response("HTTP/1.1 100 a\r\n\r\n").status());
        assertEquals(599, Reading.response("HTTP/1.1 599 a\r\n\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 200", "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1  200 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 -20 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1 099 OK",
        "HTTP/1.1 600 OK", "HTTP/1.1 000 OK", "http/1.1 200 OK", "ICY 200 OK", " HTTP/1.1 200 OK",
        "HTTP/1.1\t200\tOK", "HTTP/1.1 200 O\u0000K", "HTTP/1.1 \u00b2\u00b2\u00b2 OK" })
    void refusesMalformedStatusLines(String statusLine) {
        refused(400, statusLine + "\r\n\r\n");
    }

    @Test
    void ignoresNoEmptyLine() {
        refused(400, "\r\nHTTP/1.1 200 OK\r\n\r\n");
    }

    @Test
    void refusesOtherMajorVersionsWith505() {
        refused(505, "HTTP/2.0 200 OK\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "X : 1", "X", ": 1", " X: 1", "X: 1\r\n folded", "X: \u0000" })
    void refusesMalformedFields(String field) {
        refused(400, "HTTP/1.1 200 OK\r\nA: 1\r\n" + field + "\r\n\r\n");
    }

    @Test
    void judgesNoFraming() {
        String fields = "Content-Length: x\r\nTransfer-Encoding: y\r\n";
        assertEquals(2, Reading.response("HTTP/1.1 101 \r\n" + fields + "\r\n").headers().size());
    }
}
