package io.duplex.internal.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.HandshakeException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import io.duplex.internal.handshake.ResponseVerdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a refusal's body is kept, and when there is no more to wait for. */
class RefusedBodyTest {
    private static RefusedBody body(int status, String... lengths) {
        HttpHeaders.Builder headers = HttpHeaders.builder();
        for (String length : lengths) {
            headers.add("Content-Length", length);
        }
        return new RefusedBody(
                new ResponseVerdict.Refused("no", ResponseHead.of(status, headers.build()),
                        Optional.empty()));
    }

    @Test
    void isCompleteAtItsLengthAndTakesNotOneByteMore() {
        RefusedBody body = body(403, "3");
        ByteBuffer src = ByteBuffer.wrap(new byte[] { 1, 2, 3, 4 });
        body.add(src.limit(2));
        assertFalse(body.isComplete());
        body.add(src.limit(4));
        assertTrue(body.isComplete());
        assertEquals(1, src.remaining());
        assertArrayEquals(new byte[] { 1, 2, 3 }, body.exception().body());
    }

    @Test
    void isCutWhereAPersonHasReadEnough() {
        RefusedBody body = body(404, Long.toString(Long.MAX_VALUE));
        byte[] much = new byte[HandshakeException.MAX_BODY_BYTES + 5];
        Arrays.fill(much, (byte) 'x');
        ByteBuffer src = ByteBuffer.wrap(much);
        body.add(src);
        assertTrue(body.isComplete());
        assertEquals(5, src.remaining());
        assertEquals(HandshakeException.MAX_BODY_BYTES, body.exception().body().length);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "1e3", "99999999999999999999" })
    void withoutANumberTheBodyGoesOnToTheEnd(String length) {
        RefusedBody body = body(500, length);
        body.add(ByteBuffer.wrap(new byte[100]));
        assertFalse(body.isComplete());
        assertEquals(100, body.exception().body().length);
    }

    @Test
    void withoutALengthTheBodyGoesOnToTheEnd() {
        assertFalse(body(500).isComplete());
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "-1" })
    void isCompleteAtOnceIfThereIsNothing(String length) {
        assertTrue(body(503, length).isComplete());
    }

    /** RFC 9110 sections 15.3.5 and 15.4.5; behind a 101 come frames. */
    @ParameterizedTest
    @ValueSource(ints = { 101, 204, 304 })
    void someResponsesHaveNoBody(int status) {
        assertTrue(body(status).isComplete());
    }

    @Test
    void theExceptionHasReasonResponseAndCause() {
        ResponseHead head = ResponseHead.of(302, HttpHeaders.of());
        IOException cause = new IOException("why");
        HandshakeException thrown = new RefusedBody(
                new ResponseVerdict.Refused("no way", head, Optional.of(cause))).exception();
        assertEquals("no way", thrown.getMessage());
        assertEquals(Optional.of(head), thrown.response());
        assertEquals(cause, thrown.getCause());
        assertEquals(0, thrown.body().length);
    }

    private static String message(String type, String text) {
        HttpHeaders headers = HttpHeaders.builder().add("Content-Type", type).build();
        RefusedBody body = new RefusedBody(
                new ResponseVerdict.Refused("no", ResponseHead.of(400, headers), Optional.empty()));
        body.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        return body.exception().getMessage();
    }

    @Test
    void theExceptionQuotesTheFirstLineOfATextAndNothingElse() {
        assertEquals("no, saying \"use wss\"", message("text/plain", "400 Bad Request: use wss\nmore"));
        assertEquals("no, saying \"use wss\"", message("text/plain; charset=utf-8", "use wss"));
        assertEquals("no, saying \"use \"", message("text/plain", "use \u001b[31mwss"));
        assertEquals("no", message("text/plain", ""));
        assertEquals("no", message("text/html", "<html>"));
        assertEquals("no, saying \"" + "x".repeat(200) + '"', message("text/plain", "x".repeat(300)));
    }
}
