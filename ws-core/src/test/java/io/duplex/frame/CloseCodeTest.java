package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 7.4 and the IANA registry. */
class CloseCodeTest {
    @Test
    void theCodesBelow3000AreThoseOfTheRegistry() {
        List<Integer> valid = IntStream.range(-5, 3000).filter(CloseCode::isValidOnWire).boxed().toList();
        assertEquals(List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014), valid);
    }

    @Test
    void librariesAndApplicationsHaveTheirOwn() {
        assertTrue(IntStream.rangeClosed(3000, 4999).allMatch(CloseCode::isValidOnWire));
        assertTrue(IntStream.rangeClosed(5000, 65536).noneMatch(CloseCode::isValidOnWire));
    }

    @ParameterizedTest
    @ValueSource(ints = { CloseCode.NO_STATUS, CloseCode.ABNORMAL, CloseCode.TLS_HANDSHAKE, 1004,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE })
    void someAreNeverOnTheWire(int code) {
        assertFalse(CloseCode.isValidOnWire(code));
    }
}
