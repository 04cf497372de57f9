package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.MaskKeys;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 6455 section 5.5.3: pongs. */
class PongSlotTest {
    private static final int LONGEST = 125;

    private final PongSlot slot = new PongSlot();
    private final MaskKeys keys = new MaskKeys(new Random(1));
    private final ByteBuffer wire = ByteBuffer.allocate(1000);

    @Test
    void aNewSlotIsEmpty() {
        assertFalse(slot.isFilled());
        assertFalse(slot.isLeaving());
    }

    @Test
    void aPongCarriesThePayloadAndLeavesItsBufferAlone() {
        ByteBuffer payload = bytes("Hello");
        assertEquals(7, slot.fill(payload, false, keys));
        assertEquals(5, payload.remaining());
        assertTrue(slot.isFilled());
        assertEquals(7, slot.moveTo(wire));
        assertArrayEquals(Frames.pong("Hello").bytes(), Payload.copyOf(wire.flip()).bytes());
        assertFalse(slot.isFilled());
    }

    @Test
    void aMaskedPongOfFullLengthFits() throws IOException {
        assertEquals(LONGEST + 6, slot.fill(bytes("p".repeat(LONGEST)), true, keys));
        slot.moveTo(wire);
        RawFrame frame = RawFrame.read(new ByteArrayInputStream(wire.array(), 0, wire.position()));
        assertTrue(frame.masked());
        assertEquals("p".repeat(LONGEST), frame.text());
    }

    @Test
    void aNewerPongReplacesOneThatWaits() {
        slot.fill(bytes("a long payload"), false, keys);
        assertEquals(-9, slot.fill(bytes("short"), false, keys), "fewer bytes wait now");
        slot.moveTo(wire);
        assertArrayEquals(Frames.pong("short").bytes(), Payload.copyOf(wire.flip()).bytes());
    }

    @Test
    void aPongThatHasBegunToLeaveIsFinishedFirst() {
        slot.fill(bytes("older"), false, keys);
        assertEquals(2, slot.moveTo(wire.limit(2)));
        assertTrue(slot.isLeaving());
        assertEquals(7, slot.fill(bytes("newer"), false, keys), "the older one is not replaced");
        wire.limit(wire.capacity());
        assertEquals(5, slot.moveTo(wire));
        assertFalse(slot.isLeaving());
        assertTrue(slot.isFilled());
        assertEquals(7, slot.moveTo(wire));
        assertArrayEquals(Frames.join(Frames.pong("older").bytes(), Frames.pong("newer").bytes()),
                Payload.copyOf(wire.flip()).bytes());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Payload.of(text).bytes());
    }
}
