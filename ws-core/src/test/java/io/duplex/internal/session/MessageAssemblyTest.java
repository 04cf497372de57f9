package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Message;
import org.junit.jupiter.api.Test;

class MessageAssemblyTest {
    private final MessageAssembly assembly = new MessageAssembly();

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
        assembly.add(part);
        assertSame(part.payload(), ((Message.Binary) assembly.finish()).bytes());
    }

    @Test
    void partsAreJoinedInTheirOrder() {
        assembly.add(text("a", false));
        assembly.add(text("", false));
        assembly.add(text("bc", true));
        assertEquals(new Message.Text("abc"), assembly.finish());
        assembly.add(binary(false, 1));
        assembly.add(binary(true, 2, 3));
        assertArrayEquals(new byte[] { 1, 2, 3 }, ((Message.Binary) assembly.finish()).bytes());
    }

    @Test
    void aMessageMayBeEmpty() {
        assembly.add(text("", true));
        assertEquals(new Message.Text(""), assembly.finish());
        assembly.add(binary(false));
        assembly.add(binary(true));
        assertEquals(0, ((Message.Binary) assembly.finish()).bytes().length);
    }

    @Test
    void nothingOfAMessageReachesTheNext() {
        assembly.add(text("a", false));
        assembly.add(text("b", true));
        assembly.finish();
        assertTrue(assembly.isEmpty());
        assembly.add(text("c", true));
        assertEquals(new Message.Text("c"), assembly.finish());
    }

    @Test
    void whatHasBegunCanBeTakenOut() {
        assembly.add(text("a", false));
        assertFalse(assembly.isEmpty());
        assertTrue(assembly.isText());
        assertEquals(new Inbox.Part(true, "a", 0, false), assembly.takeBegun());
        assertTrue(assembly.isEmpty());
        assembly.add(binary(false, 7));
        assertFalse(assembly.isText());
        assertArrayEquals(new byte[] { 7 }, (byte[]) assembly.takeBegun().payload());
    }
}
