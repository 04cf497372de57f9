package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.PoolControl;
import io.duplex.testkit.Frames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboundLoanTest {
    private final List<String> seen = new ArrayList<>();
    private final Object connection = new Object();

    @BeforeEach
    void emptyThePool() {
        PoolControl.clear();
    }

    private Inbound borrow(String name) {
        return borrow(name, Role.CLIENT, Limits.DEFAULT);
    }

    private Inbound borrow(String name, Role role, Limits limits) {
        WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) {
                seen.add(name + " " + text);
            }
        };
        Inbound borrowed = Inbound.POOL.borrow(connection);
        borrowed.serve(role, limits, new Borrower(name), new Sinks(handler).callbacks());
        return borrowed;
    }

    private void giveBack(Inbound borrowed) {
        Inbound.POOL.giveBack(borrowed, connection);
    }

    @Test
    void whatWasReturnedServesTheNextConnection() throws WebSocketProtocolException {
        Inbound first = borrow("first");
        receive(first, Frames.text("a"), Frames.ping("b"));
        giveBack(first);
        assertSame(first, borrow("second"));
        receive(first, Frames.text("c"), Frames.ping("d"));
        assertEquals(List.of("first a", "first ping", "second c", "second ping"), seen);
    }

    @Test
    void theNextConnectionHasItsOwnRoleAndLimits() throws WebSocketProtocolException {
        Inbound borrowed = borrow("client");
        receive(borrowed, Frames.text("many bytes"));
        giveBack(borrowed);
        Limits small = new Limits(5, 4, 2, 1000);
        assertSame(borrowed, borrow("server", Role.SERVER, small));
        assertRefused(ProtocolError.UNMASKED_FRAME, Role.SERVER, small, Frames.text(""));
        assertRefused(ProtocolError.FRAME_TOO_BIG, Role.SERVER, small, Frames.binary(new byte[5]).mask());
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, Role.SERVER, small,
                Frames.binary(new byte[4]).notFinal().mask(), Frames.continuation(new byte[2]).mask());
        assertRefused(ProtocolError.TOO_MANY_FRAGMENTS, Role.SERVER, small, Frames.binary().notFinal().mask(),
                Frames.continuation().notFinal().mask(), Frames.continuation().mask());
        assertEquals(List.of("client many bytes"), seen);
    }

    private void assertRefused(ProtocolError error, Role role, Limits limits, Frames... frames) {
        Inbound borrowed = borrow("refused", role, limits);
        assertEquals(error,
                assertThrows(WebSocketProtocolException.class, () -> receive(borrowed, frames)).error());
        giveBack(borrowed);
    }

    /** Returned in the worst state: the reset on the way out does not rely on what a borrower does. */
    @Test
    void nothingOfAnUnfinishedMessageIsLeft() throws WebSocketProtocolException {
        for (Frames beginning : List.of(Frames.text("EVIL").notFinal(), Frames.text("EVIL"),
                Frames.ping("EVIL"),
                Frames.binary((byte) 1), Frames.text("\u20ac").notFinal(), Frames.binary(new byte[300]))) {
            for (int cut = 1; cut < beginning.bytes().length; cut++) {
                Inbound borrowed = borrow("attacker");
                borrowed.receive(ByteBuffer.wrap(beginning.bytes(), 0, cut));
                giveBack(borrowed);
                assertSame(borrowed, borrow("victim"));
                assertTrue(borrowed.canBeGivenBack());
                receive(borrowed, Frames.text("in").notFinal(), Frames.ping("p"),
                        Frames.continuation((byte) 110));
                giveBack(borrowed);
                assertEquals(List.of("victim ping", "victim inn"), seen);
                seen.clear();
            }
        }
    }

    @Test
    void nothingIsReturnedInsideAFrameOrAMessage() throws WebSocketProtocolException {
        Inbound parts = borrow("one");
        assertTrue(parts.canBeGivenBack());
        byte[] wire = bytes(Frames.text("ab").notFinal(), Frames.ping("cd"),
                Frames.continuation((byte) 'e'));
        for (int i = 0; i < wire.length; i++) {
            parts.receive(ByteBuffer.wrap(wire, i, 1));
            assertEquals(i == wire.length - 1, parts.canBeGivenBack(), "after byte " + i);
        }
        assertEquals(List.of("one ping", "one abe"), seen);
    }

    @Test
    void aConnectionThatOwnsOneReturnsNone() throws WebSocketProtocolException {
        Inbound own = new Inbound(Role.CLIENT, Limits.DEFAULT, ExtensionChain.of(List.of()),
                new WholeMessages(10, new Sinks(new WebSocketHandler() {}).callbacks(), bytes -> {}),
                new Borrower("own"),
                new PayloadSlices());
        receive(own, Frames.ping(""));
        assertFalse(own.canBeGivenBack());
    }

    @Test
    void onlyWholeMessagesWithoutExtensionsSuit() {
        assertTrue(Inbound.suits(Delivery.WHOLE, ExtensionChain.of(List.of())));
        assertFalse(Inbound.suits(Delivery.PARTS, ExtensionChain.of(List.of())));
    }

    private static void receive(Inbound inbound, Frames... frames) throws WebSocketProtocolException {
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
            // There is no budget here.
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
