package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Messages are values. */
class MessageTest {
    private static Message binary(int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return new Message.Binary(payload);
    }

    @Test
    void binaryMessagesAreEqualByTheirBytes() {
        assertEquals(binary(1, 2), binary(1, 2));
        assertEquals(binary(1, 2).hashCode(), binary(1, 2).hashCode());
        assertNotEquals(binary(1, 2), binary(1, 3));
        assertNotEquals(binary(), new Message.Text(""));
    }

    @Test
    void binaryMessagesShowTheirLengthOnly() {
        assertEquals("Binary[2 bytes]", binary(1, 2).toString());
    }

    @Test
    void textMessagesAreEqualByTheirText() {
        assertEquals(new Message.Text("a"), new Message.Text("a"));
        assertNotEquals(new Message.Text("a"), new Message.Text("b"));
    }
}
