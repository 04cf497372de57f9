package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 5.2 and 11.8. */
class OpcodeTest {
    @Test
    void theValuesAreThoseOfTheRegistry() {
        assertEquals(List.of(0, 1, 2, 8, 9, 10), Arrays.stream(Opcode.values()).map(Opcode::value).toList());
    }

    @Test
    void threeAreControlFrames() {
        assertEquals(List.of(Opcode.CLOSE, Opcode.PING, Opcode.PONG),
                Arrays.stream(Opcode.values()).filter(Opcode::isControl).toList());
    }

    @ParameterizedTest
    @EnumSource
    void anOpcodeIsFoundByTheLowFourBits(Opcode opcode) throws WebSocketProtocolException {
        for (int high = 0; high < 16; high++) {
            assertEquals(opcode, Opcode.of(high << 4 | opcode.value()));
            assertEquals(opcode, Opcode.of((byte) (high << 4 | opcode.value())));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
    void aReservedValueIsAnError(int value) {
        WebSocketProtocolException failure =
                assertThrows(WebSocketProtocolException.class, () -> Opcode.of(0x80 | value));
        assertEquals(ProtocolError.RESERVED_OPCODE, failure.error());
    }
}
