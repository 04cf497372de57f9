package io.duplex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Frames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One frame without mask (RFC 6455 section 5.2), shared by all who send it. */
class PreparedMessageTest {
    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 125, 126, 65_535, 65_536 })
    void isTheFrameOfItsPayload(int length) {
        byte[] payload = new byte[length];
        PreparedMessage message = PreparedMessage.binary(payload);
        assertFalse(message.isText());
        assertArrayEquals(Frames.binary(payload).bytes(), bytes(message.frame()));
        assertArrayEquals(payload, bytes(message.payload()));
    }

    @Test
    void textIsUtf8() {
        PreparedMessage message = PreparedMessage.text("Grüße");
        assertTrue(message.isText());
        assertArrayEquals(Frames.text("Grüße").bytes(), bytes(message.frame()));
        assertEquals("Grüße", StandardCharsets.UTF_8.decode(message.payload()).toString());
    }

    @Test
    void unpairedSurrogatesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> PreparedMessage.text("\ud800"));
    }

    @Test
    void eachViewIsReadOnlyAndOfItsOwn() {
        byte[] payload = { 1, 2 };
        PreparedMessage message = PreparedMessage.binary(payload);
        payload[0] = 9;
        message.frame().position(3);
        message.payload().get();
        assertTrue(message.frame().isReadOnly() && message.payload().isReadOnly());
        assertArrayEquals(new byte[] { (byte) 0x82, 2, 1, 2 }, bytes(message.frame()));
        assertArrayEquals(new byte[] { 1, 2 }, bytes(message.payload()));
    }
}
