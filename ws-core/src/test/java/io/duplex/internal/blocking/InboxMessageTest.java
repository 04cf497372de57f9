package io.duplex.internal.blocking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Message;
import org.junit.jupiter.api.Test;

class InboxMessageTest {
    private final InboxMessage message = new InboxMessage();

    private static Inbox.Part text(String text, boolean last) {
        return new Inbox.Part(true, text, text.length(), last);
    }

    private static Inbox.Part binary(boolean last, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Inbox.Part(false, bytes, bytes.length, last);
    }

    @Test
    void aMessageOfOnePartIsNotCopied() {
        Inbox.Part part = binary(true, 1, 2);
        message.add(part);
        assertSame(part.payload(), ((Message.Binary) message.finish()).bytes());
    }

    @Test
    void partsAreJoinedInTheirOrder() {
        message.add(text("a", false));
        message.add(text("", false));
        message.add(text("bc", true));
        assertEquals(new Message.Text("abc"), message.finish());
        message.add(binary(false, 1));
        message.add(binary(true, 2, 3));
        assertArrayEquals(new byte[] { 1, 2, 3 }, ((Message.Binary) message.finish()).bytes());
    }

    @Test
    void aMessageMayBeEmpty() {
        message.add(text("", true));
        assertEquals(new Message.Text(""), message.finish());
        message.add(binary(false));
        message.add(binary(true));
        assertEquals(0, ((Message.Binary) message.finish()).bytes().length);
    }

    @Test
    void nothingOfAMessageReachesTheNext() {
        message.add(text("a", false));
        message.add(text("b", true));
        message.finish();
        assertTrue(message.isEmpty());
        message.add(text("c", true));
        assertEquals(new Message.Text("c"), message.finish());
    }

    @Test
    void whatHasBegunCanBeTakenOut() {
        message.add(text("a", false));
        assertFalse(message.isEmpty());
        assertEquals(new Inbox.Part(true, "a", 0, false), message.takeBegun());
        assertTrue(message.isEmpty());
        message.add(binary(false, 7));
        Inbox.Part begun = message.takeBegun();
        assertFalse(begun.text());
        assertArrayEquals(new byte[] { 7 }, (byte[]) begun.payload());
    }
}
