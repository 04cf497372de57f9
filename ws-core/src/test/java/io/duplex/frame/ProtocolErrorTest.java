package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6455 section 7.1.7: what answers a failure. */
class ProtocolErrorTest {
    @ParameterizedTest
    @EnumSource
    void everyErrorFitsIntoACloseFrame(ProtocolError error) {
        CloseStatus close = new CloseStatus(error.closeCode(), error.reason());
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(close.reason()));
        assertTrue(close.payload().length > 2, "a reason a person can act on");
    }

    @Test
    void dataThatIsNotWhatItClaimsIs1007() {
        assertEquals(EnumSet.of(ProtocolError.CLOSE_REASON_NOT_UTF8, ProtocolError.TEXT_NOT_UTF8,
                ProtocolError.COMPRESSED_DATA_INVALID), withCode(CloseCode.INVALID_PAYLOAD));
    }

    @Test
    void whatIsTooBigIs1009() {
        assertEquals(EnumSet.of(ProtocolError.FRAME_TOO_BIG, ProtocolError.MESSAGE_TOO_BIG,
                ProtocolError.COMPRESSED_TOO_BIG),
                withCode(CloseCode.MESSAGE_TOO_BIG));
    }

    @ParameterizedTest
    @EnumSource
    void theExceptionNamesTheErrorWithoutAStackTrace(ProtocolError error) {
        WebSocketProtocolException exception = new WebSocketProtocolException(error);
        assertSame(error, exception.error());
        assertEquals(error.reason(), exception.getMessage());
        assertEquals(0, exception.getStackTrace().length);
    }

    private static EnumSet<ProtocolError> withCode(int code) {
        EnumSet<ProtocolError> errors = EnumSet.allOf(ProtocolError.class);
        errors.removeIf(error -> error.closeCode() != code);
        return errors;
    }
}
