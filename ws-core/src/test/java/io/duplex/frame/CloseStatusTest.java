package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 5.5.1 and 7.4. */
class CloseStatusTest {
    private static ProtocolError errorOf(String digits) {
        ByteBuffer payload = ByteBuffer.wrap(Bytes.hex(digits));
        return assertThrows(WebSocketProtocolException.class, () -> CloseStatus.parse(payload)).error();
    }

    private static String refusalOf(int code, String reason) {
        return assertThrows(IllegalArgumentException.class, () -> CloseStatus.of(code, reason)).getMessage();
    }

    @Test
    void anEmptyPayloadSaysNothing() throws WebSocketProtocolException {
        assertEquals(CloseStatus.NONE, CloseStatus.parse(ByteBuffer.allocate(0)));
    }

    @Test
    void theStatusWithoutACodeHasNoPayloadAndNoReason() {
        assertEquals(0, CloseStatus.NONE.payload().length);
        assertThrows(IllegalArgumentException.class, () -> new CloseStatus(CloseCode.NO_STATUS, "x"));
    }

    @Test
    void aPayloadOfOneByteIsTruncated() {
        assertEquals(ProtocolError.CLOSE_PAYLOAD_TRUNCATED, errorOf("03"));
    }

    @Test
    void aCodeAloneHasAnEmptyReason() throws WebSocketProtocolException {
        CloseStatus expected = new CloseStatus(CloseCode.NORMAL, "");
        assertEquals(expected, CloseStatus.parse(ByteBuffer.wrap(Bytes.hex("03e8"))));
        assertArrayEquals(Bytes.hex("03e8"), expected.payload());
    }

    @ParameterizedTest
    @EnumSource
    void codeAndReasonAreReadFromAnyBufferWithoutMovingIt(BufferKind kind) throws WebSocketProtocolException {
        ByteBuffer payload = kind.holding(Bytes.hex("03e9 62 79 65 e2 82 ac"));
        int position = payload.position();
        CloseStatus expected = new CloseStatus(CloseCode.GOING_AWAY, "bye€");
        assertEquals(expected, CloseStatus.parse(payload));
        assertEquals(position, payload.position());
        assertEquals(expected, CloseStatus.parse(payload.asReadOnlyBuffer()));
    }

    @Test
    void everyCodeIsReadOrRefusedByTheRegistry() throws WebSocketProtocolException {
        for (int code = 0; code <= 0xFFFF; code++) {
            ByteBuffer payload = ByteBuffer.allocate(2).putShort(0, (short) code);
            if (CloseCode.isValidOnWire(code)) {
                assertEquals(code, CloseStatus.parse(payload).code());
            } else {
                var failure =
                        assertThrows(WebSocketProtocolException.class, () -> CloseStatus.parse(payload));
                assertEquals(ProtocolError.CLOSE_CODE_INVALID, failure.error());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ff", "c3", "61e282", "eda080", "c0af", "f4908080" })
    void aReasonThatIsNotUtf8IsRefused(String digits) {
        assertEquals(ProtocolError.CLOSE_REASON_NOT_UTF8, errorOf("03e8" + digits));
    }

    @Test
    void theCodeIsCheckedBeforeTheReason() {
        assertEquals(ProtocolError.CLOSE_CODE_INVALID, errorOf("03edff"));
    }

    @Test
    void theLongestPayloadIsRead() throws WebSocketProtocolException {
        CloseStatus close = new CloseStatus(4999, "x".repeat(123));
        assertEquals(125, close.payload().length);
        assertEquals(close, CloseStatus.parse(ByteBuffer.wrap(close.payload())));
    }

    @Test
    void aPayloadThatNoControlFrameCanCarryIsTheCallersFault() {
        ByteBuffer payload = ByteBuffer.allocate(126).putShort(0, (short) 1000);
        assertThrows(IllegalArgumentException.class, () -> CloseStatus.parse(payload));
    }

    @ParameterizedTest
    @ValueSource(ints = { -1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65536 + 1000 })
    void aCodeThatMustNotBeOnTheWireIsNotMade(int code) {
        assertEquals("close code " + code
                + " must not be sent: 1000 to 1003, 1007 to 1014 and 3000 to 4999 may", refusalOf(code, ""));
    }

    @Test
    void aReasonIsMeasuredInBytes() {
        assertEquals("close reason of 124 bytes is longer than 123", refusalOf(1000, "x".repeat(124)));
        assertEquals("close reason of 126 bytes is longer than 123", refusalOf(1000, "€".repeat(42)));
        assertEquals(125, new CloseStatus(1000, "€".repeat(41)).payload().length);
    }

    @Test
    void aReasonWithALoneSurrogateIsNotMade() {
        assertEquals("lone surrogate U+D83D at index 1", refusalOf(1000, "a\uD83D"));
    }

    @Test
    void aReasonIsNeeded() {
        assertThrows(NullPointerException.class, () -> new CloseStatus(1000, null));
    }

    @Test
    void aReasonOfAllLengthsOfCharactersComesBack() throws WebSocketProtocolException {
        CloseStatus close = new CloseStatus(3000, "aß€\uD83D\uDE00?");
        assertArrayEquals(Bytes.join(Bytes.hex("0bb8"), close.reason().getBytes(StandardCharsets.UTF_8)),
                close.payload());
        assertEquals(close, CloseStatus.parse(ByteBuffer.wrap(close.payload())));
    }
}
