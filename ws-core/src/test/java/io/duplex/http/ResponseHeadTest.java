package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
    @Test
    void encodesByteByByteAsTheRfcSays() {
        byte[] expected = Reading.bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
        ResponseHead head = ResponseHead.of(101, HttpHeaders.of("Upgrade", "websocket"));
        assertArrayEquals(expected, head.encode());
        ByteBuffer dst = ByteBuffer.allocate(expected.length);
        head.encode(dst);
        assertArrayEquals(expected, dst.array());
    }

    @Test
    void keepsTheSpaceBeforeAnEmptyReason() {
        assertArrayEquals(Reading.bytes("HTTP/1.0 299 \r\n\r\n"),
                new ResponseHead(299, "", HttpVersion.HTTP_1_0, HttpHeaders.of()).encode());
    }

    @ParameterizedTest
    @ValueSource(ints = { -1, 0, 99, 600, 1000 })
    void refusesAStatusOutOfRange(int status) {
        assertThrows(IllegalArgumentException.class, () -> ResponseHead.of(status, HttpHeaders.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\r\nX: 1", "a\n", "\u0000", "\u0100" })
    void refusesAReasonThatCouldForgeALine(String reason) {
        assertThrows(IllegalArgumentException.class,
                () -> new ResponseHead(200, reason, HttpVersion.HTTP_1_1, HttpHeaders.of()));
    }
}
