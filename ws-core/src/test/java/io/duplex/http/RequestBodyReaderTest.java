package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 sections 6 and 7. Every example whole, byte by byte and cut at every offset. */
class RequestBodyReaderTest {
    private static final int MAX_BYTES = 100;
    private static final HeadLimits LIMITS = new HeadLimits(100, 3, 60);

    /** What a reader made of some bytes. */
    private record Outcome(int status, String body, String leftover) {}

    private static RequestHead head(String field) {
        return Reading.request("POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n");
    }

    private static Outcome read(String field, String wire) {
        byte[] bytes = Reading.bytes(wire);
        Outcome whole = read(field, bytes, bytes.length, bytes.length);
        for (int cut = 0; cut < bytes.length; cut++) {
            assertEquals(whole, read(field, bytes, cut, bytes.length), "cut at " + cut);
        }
        assertEquals(whole, read(field, bytes, 1, 1), "byte by byte");
        return whole;
    }

    /** Feeds a first piece, then pieces of a size, until the body ends. */
    private static Outcome read(String field, byte[] bytes, int first, int next) {
        try {
            RequestBodyReader reader = new RequestBodyReader(head(field), LIMITS, MAX_BYTES);
            int at = 0;
            int size = first;
            boolean done = reader.read(ByteBuffer.allocate(0));
            while (!done && at < bytes.length) {
                ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at));
                done = reader.read(piece);
                assertTrue(done || !piece.hasRemaining());
                at = piece.position();
                size = next;
                assertTrue(reader.capacityBytes() <= MAX_BYTES, "more memory than the limit");
            }
            return done
                    ? new Outcome(0, reader.body().text(),
                            new String(bytes, at, bytes.length - at,
                                    java.nio.charset.StandardCharsets.ISO_8859_1))
                    : new Outcome(0, "more", "");
        } catch (HttpException e) {
            return new Outcome(e.status(), "", "");
        }
    }

    private static Outcome chunked(String wire) {
        return read("Transfer-Encoding: chunked", wire.replace("|", "\r\n"));
    }

    @Test
    void contentLengthBytesAreTheBody() {
        assertEquals(new Outcome(0, "hello", "GET"), read("Content-Length: 5", "helloGET"));
        assertEquals(new Outcome(0, "hello", ""), read("Content-Length: 005, 5", "hello"));
        assertEquals(new Outcome(0, "", "GET"), read("Content-Length: 0", "GET"));
        assertEquals(new Outcome(0, "more", ""), read("Content-Length: 6", "hello"));
        assertEquals(new Outcome(0, "x".repeat(MAX_BYTES), ""),
                read("Content-Length: " + MAX_BYTES, "x".repeat(MAX_BYTES)));
    }

    @ParameterizedTest
    @CsvSource({ "101", "2147483648", "4294967296", "99999999999999999999999999" })
    void aLongerBodyIsRefusedBeforeItComes(String length) {
        assertEquals(new Outcome(413, "", ""), read("Content-Length: " + length, ""));
    }

    @Test
    void chunksAreTheBody() {
        assertEquals(new Outcome(0, "hello world", "GET"), chunked("5|hello|6| world|0||GET"));
        assertEquals(new Outcome(0, "", ""), chunked("0||"));
        assertEquals(new Outcome(0, "0123456789abcdef", ""), chunked("0000010|0123456789abcdef|000||"));
        assertEquals(new Outcome(0, "0123456789", ""), chunked("A|0123456789|0||"));
        assertEquals(new Outcome(0, "a|b".replace("|", "\r\n"), ""), chunked("4|a|b|0||"));
        assertEquals(new Outcome(0, "more", ""), chunked("5|hello|"));
        assertEquals(new Outcome(0, "more", ""), chunked("5|hello|0|"));
    }

    @Test
    void extensionsAndTrailersAreDropped() {
        assertEquals(new Outcome(0, "hello", "X"),
                chunked("5;a=b;c=\"d\"|hello|0 ; last|Trailer: x|Content-Length: 9||X"));
    }

    @ParameterizedTest
    @CsvSource({ "|hello", "x|hello", "-1|", "+5|hello", "0x5|hello", "' 5|hello'", "5 |hello", "5 x|hello",
        "'5,|hello'",
        "5|hello0||", "5|hellox|", "5|hell|0||", "0|no colon||", "0|a b: c||", "0| folded: x||", "0|: x||" })
    void malformedChunksAreRefused(String wire) {
        assertEquals(new Outcome(400, "", ""), chunked(wire));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5;a=\n0\r\nhello\r\n0\r\n\r\n",
                "5\rhello", "5\r\nhello\r\n0\r\n\n", "5\u0000\r\n" })
    void onlyCrlfEndsALine(String wire) {
        assertEquals(400, read("Transfer-Encoding: chunked", wire).status);
    }

    @Test
    void chunksAreBoundedTogether() {
        assertEquals(413, chunked("65|").status);
        assertEquals(413, chunked("64|" + "x".repeat(100) + "|1|").status);
        assertEquals(413, chunked("fffffff|").status);
        assertEquals(413, chunked("80000000|").status);
        assertEquals(413, chunked("ffffffffffffffff|").status);
        assertEquals(413, chunked("10000000000000005|hello").status);
        assertEquals(new Outcome(0, "x".repeat(100), ""), chunked("64|" + "x".repeat(100) + "|0||"));
    }

    @Test
    void whatIsDroppedIsBounded() {
        assertEquals(431, chunked("5;" + "x".repeat(100) + "|hello|0||").status);
        assertEquals(431, chunked("1;xxxxxxxxx|a|".repeat(7)).status);
        assertEquals(431, chunked("0".repeat(200)).status);
        assertEquals(431, chunked("0|a: b|a: b|a: b|a: b||").status);
        assertEquals(431, chunked("0|a: " + "b".repeat(100)).status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!',
            value = { "gzip, chunked!501", "identity, chunked!501", "chunked, chunked!400" })
    void otherCodingsAreRefused(String codings, int status) {
        assertEquals(status, read("Transfer-Encoding: " + codings, "").status);
    }
}
