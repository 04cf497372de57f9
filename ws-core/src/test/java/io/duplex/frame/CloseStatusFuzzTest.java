package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Any Close payload, and any text at all against the JDK's strict decoder, whole and cut in two. */
class CloseStatusFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void anyPayloadIsReadOrRefused(byte[] data) {
        byte[] payload = Arrays.copyOf(data, Math.min(data.length, FrameHeader.MAX_CONTROL_PAYLOAD_BYTES));
        ByteBuffer buffer = ByteBuffer.wrap(payload);
        Optional<ProtocolError> expected = fault(payload);
        try {
            CloseStatus status = CloseStatus.parse(buffer);
            assertEquals(Optional.empty(), expected);
            assertArrayEquals(payload, status.payload());
        } catch (WebSocketProtocolException refused) {
            assertEquals(expected, Optional.of(refused.error()));
        }
        assertEquals(payload.length, buffer.remaining());
        checkUtf8(data);
    }

    /** RFC 6455 sections 5.5.1 and 7.4, once more and naively. */
    private static Optional<ProtocolError> fault(byte[] payload) {
        if (payload.length == 0) {
            return Optional.empty();
        }
        if (payload.length == 1) {
            return Optional.of(ProtocolError.CLOSE_PAYLOAD_TRUNCATED);
        }
        int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        boolean allowed = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006
                || code >= 3000 && code <= 4999;
        if (!allowed) {
            return Optional.of(ProtocolError.CLOSE_CODE_INVALID);
        }
        return isUtf8(Arrays.copyOfRange(payload, 2, payload.length))
                ? Optional.empty()
                : Optional.of(ProtocolError.CLOSE_REASON_NOT_UTF8);
    }

    private static boolean isUtf8(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static void checkUtf8(byte[] text) {
        boolean expected = isUtf8(text);
        ByteBuffer buffer = ByteBuffer.wrap(text);
        int step = Math.max(1, text.length / 16);
        for (int cut = 0; cut <= text.length; cut += step) {
            Utf8Validator validator = new Utf8Validator();
            boolean valid = validator.accept(buffer, 0, cut) && validator.accept(buffer, cut, text.length)
                    && validator.atBoundary();
            assertEquals(expected, valid, "cut at " + cut);
        }
    }
}
