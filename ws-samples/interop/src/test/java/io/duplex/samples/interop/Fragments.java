package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** For clients that let their user fragment messages and send pings (RFC 6455 sections 5.4 and 5.5). */
interface Fragments {
    ForeignClient.Connection connectForFragments() throws Exception;

    @Test
    default void fragmentedTextComesBackWhole() throws Exception {
        ForeignClient.Fragmenting connection = (ForeignClient.Fragmenting) connectForFragments();
        connection.sendPart("", false);
        connection.sendPart(Samples.MIXED_TEXT, false);
        connection.sendPart("", false);
        connection.sendPart(" 終", true);
        assertEquals(Samples.MIXED_TEXT + " 終", connection.events().next(Event.Text.class).text());
    }

    @Test
    default void fragmentedBinaryComesBackWhole() throws Exception {
        ForeignClient.Fragmenting connection = (ForeignClient.Fragmenting) connectForFragments();
        byte[] message = Samples.noise(70_000);
        connection.sendPart(false, Arrays.copyOf(message, 126), false);
        connection.sendPart(false, Arrays.copyOfRange(message, 126, 66_000), false);
        connection.sendPart(false, Arrays.copyOfRange(message, 66_000, message.length), true);
        assertArrayEquals(message, connection.events().next(Event.Binary.class).bytes());
    }

    @Test
    default void aPingIsAnsweredWithItsPayload() throws Exception {
        ForeignClient.Pinging connection = (ForeignClient.Pinging) connectForFragments();
        connection.ping("are you there?");
        assertEquals("are you there?", connection.events().next(Event.Pong.class).payload());
    }

    @Test
    default void aPingBetweenFragmentsIsAnsweredBeforeTheMessage() throws Exception {
        ForeignClient.Fragmenting connection = (ForeignClient.Fragmenting) connectForFragments();
        connection.sendPart("one ", false);
        ((ForeignClient.Pinging) connection).ping("");
        connection.sendPart("message", true);
        assertEquals(new Event.Pong(""), connection.events().next());
        assertEquals(new Event.Text("one message"), connection.events().next());
    }
}
