package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one connection did to the parts that connections share reaches no other connection. */
class SharedPartsTest {
    private static final byte[] NO_TEXT = { (byte) 0xFF };
    private static final Limits LIMITS = new Limits(40, 30, 4, 1000);

    /** Ways to fail a connection behind the beginning of a message. */
    static List<List<Frames>> breaches() {
        Frames prefix = Frames.text("EVIL-PREFIX-").notFinal();
        return List.of(
                List.of(prefix, Frames.of(0, NO_TEXT)),
                List.of(prefix, Frames.text("a message inside another")),
                List.of(prefix, Frames.of(3)),
                List.of(prefix, Frames.of(0, NO_TEXT).withRsv(4)),
                List.of(prefix, Frames.ping("p").notFinal()),
                List.of(prefix, Frames.of(8, (byte) 3)),
                List.of(prefix, Frames.close(1005, "")),
                List.of(prefix, Frames.continuation(new byte[31])),
                List.of(prefix, Frames.continuation(new byte[29])),
                List.of(prefix, Frames.continuation().notFinal(), Frames.continuation().notFinal(),
                        Frames.continuation().notFinal(), Frames.continuation()));
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void aFailedConnectionLeavesNothingToTheNext(List<Frames> breach) {
        Solo attacker = solo(new Recorder());
        attacker.feed(breach.toArray(Frames[]::new));
        assertTrue(attacker.hasEnded());

        assertNextConnectionIsUntouched();
    }

    @Test
    void aConnectionThatEndsInsideAMessageLeavesNothingToTheNext() {
        Solo attacker = solo(new Recorder());
        attacker.feed(Frames.text("EVIL-PREFIX-").notFinal()).end();

        assertNextConnectionIsUntouched();
    }

    @Test
    void aHandlerThatThrowsAnErrorLeavesNothingToTheNext() {
        Solo attacker = solo(new WebSocketHandler() {
            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) {
                throw new StackOverflowError("on purpose");
            }
        });
        attacker.feed(Frames.binary(new byte[5]), Frames.text("EVIL-PREFIX-").notFinal());

        assertNextConnectionIsUntouched();
    }

    /**
     * A fragmented message, and one that the transport cuts, which are assembled; with several connections on
     * this thread.
     */
    private static void assertNextConnectionIsUntouched() {
        List<Recorder> victims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Recorder victim = new Recorder();
            Solo solo = solo(victim);
            victim.expect(new Event.Opened());
            solo.feed(Frames.text("in").notFinal())
                    .feed(Frames.continuation("nocent".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            byte[] cut = Solo.wire(Role.SERVER, Frames.text("untouched"));
            solo.feed(java.util.Arrays.copyOf(cut, 8))
                    .feed(java.util.Arrays.copyOfRange(cut, 8, cut.length));
            victims.add(victim);
        }
        for (Recorder victim : victims) {
            assertEquals("innocent", victim.expect(Event.Text.class).text());
            assertEquals("untouched", victim.expect(Event.Text.class).text());
            victim.assertNothingElse();
        }
    }

    private static Solo solo(WebSocketHandler handler) {
        return new Solo(Role.SERVER, handler, Pair.options(ConnectionOptions.SERVER).withLimits(LIMITS))
                .connect();
    }
}
