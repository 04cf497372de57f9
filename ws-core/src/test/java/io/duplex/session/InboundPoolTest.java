package io.duplex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.ProtocolException;
import io.duplex.testkit.Frames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InboundPoolTest {
    private final InboundPool pool = new InboundPool();
    private final List<String> seen = new ArrayList<>();

    private Inbound take(String name) {
        return take(name, Role.CLIENT, Limits.DEFAULT);
    }

    private Inbound take(String name, Role role, Limits limits) {
        WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) {
                seen.add(name + " " + text);
            }
        };
        return pool.take(role, limits, new Borrower(name), new Sinks(handler).callbacks());
    }

    @Test
    void whatWasGivenBackIsTakenAgainAndWorksForTheNext() throws ProtocolException {
        Inbound first = take("first");
        receive(first, Frames.text("a"), Frames.ping("b"));
        pool.give(first);
        assertSame(first, take("second"));
        receive(first, Frames.text("c"), Frames.ping("d"));
        assertEquals(List.of("first a", "first ping", "second c", "second ping"), seen);
    }

    @Test
    void twoConnectionsNeverHaveTheSame() {
        assertNotSame(take("first"), take("second"));
    }

    @Test
    void anotherRoleOrOtherLimitsGetOthers() {
        Inbound clients = take("client");
        pool.give(clients);
        assertNotSame(clients, take("server", Role.SERVER, Limits.DEFAULT));
        assertNotSame(clients, take("small", Role.CLIENT, Limits.DEFAULT.withMaxMessageBytes(5)));
        assertSame(clients, take("client"));
    }

    @Test
    void moreThanItKeepsAreDroppedButTheLastIsKept() {
        List<Inbound> taken = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            taken.add(take("one of many"));
        }
        taken.forEach(pool::give);
        assertSame(taken.get(9), take("next"));
    }

    @Test
    void nothingIsGivenBackInsideAFrameOrAMessage() throws ProtocolException {
        Inbound parts = take("one");
        assertTrue(parts.canBeGivenBack());
        byte[] wire = bytes(Frames.text("ab").notFinal(), Frames.ping("cd"),
                Frames.continuation((byte) 'e'));
        for (int i = 0; i < wire.length; i++) {
            parts.receive(ByteBuffer.wrap(wire, i, 1));
            assertEquals(i == wire.length - 1, parts.canBeGivenBack(), "behind byte " + i);
        }
        assertEquals(List.of("one ping", "one abe"), seen);
    }

    @Test
    void aConnectionWithPartsOfItsOwnGivesNoneBack() throws ProtocolException {
        Inbound own = new Inbound(Role.CLIENT, Limits.DEFAULT, ExtensionChain.of(List.of()),
                new WholeMessages(10, new Sinks(new WebSocketHandler() {}).callbacks(), bytes -> {}),
                new Borrower("own"));
        receive(own, Frames.ping(""));
        assertFalse(own.canBeGivenBack());
    }

    @Test
    void onlyWholeMessagesWithoutExtensionsSuit() {
        assertTrue(InboundPool.suits(Delivery.WHOLE, ExtensionChain.of(List.of())));
        assertFalse(InboundPool.suits(Delivery.PARTS, ExtensionChain.of(List.of())));
    }

    private static void receive(Inbound inbound, Frames... frames) throws ProtocolException {
        inbound.receive(ByteBuffer.wrap(bytes(frames)));
    }

    private static byte[] bytes(Frames... frames) {
        byte[][] wire = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            wire[i] = frames[i].bytes();
        }
        return Frames.join(wire);
    }

    private final class Borrower implements Inbound.Events {
        private final String name;

        Borrower(String name) {
            this.name = name;
        }

        @Override
        public boolean delivers() {
            return true;
        }

        @Override
        public void hold(long bytes) {
            // Unbounded.
        }

        @Override
        public void ping(ByteBuffer payload) {
            seen.add(name + " ping");
        }

        @Override
        public void pong(ByteBuffer payload) {
            seen.add(name + " pong");
        }

        @Override
        public void close(Optional<CloseFrame> frame) {
            seen.add(name + " close");
        }
    }
}
