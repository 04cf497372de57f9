package io.duplex.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What both ends have in common, on a subclass that writes its calls down. */
class UpgradingLayerTest {
    private final List<String> calls = new ArrayList<>();
    private final LayerHost host = mock();
    private final Plain layer = new Plain();

    private final class Plain extends UpgradingLayer {
        @Override
        void started(long nanoTime) {
            calls.add("started");
        }

        @Override
        public void connected(long nanoTime) {
            calls.add("connected");
        }

        /** One letter at a time: s sends, h holds, e ends, c cuts. */
        @Override
        void receiveHttp(ByteBuffer src, long nanoTime) {
            char letter = (char) src.get();
            calls.add("http " + letter);
            switch (letter) {
                case 's' -> send(new byte[] { 1, 2, 3 });
                case 'h' -> hold(true);
                case 'e' -> end(OutputState.END);
                case 'c' -> cut();
                default -> {
                    // Only noted.
                }
            }
        }

        @Override
        void endedEarly(long nanoTime) {
            calls.add("ended");
        }

        @Override
        void failedEarly(IOException cause, long nanoTime) {
            calls.add("failed");
        }

        @Override
        void deadlineOver(long nanoTime) {
            calls.add("deadline");
        }

        @Override
        void releasedEarly(TcpEnd ending) {
            calls.add("released " + ending);
        }

        @Override
        void gone() {
            calls.add("gone");
        }

        @Override
        long maxDrainBytes() {
            return 4;
        }
    }

    private ByteBuffer receive(String letters) {
        when(host.budget()).thenReturn(new WorkBudget());
        ByteBuffer src = ByteBuffer.wrap(letters.getBytes());
        layer.receive(src, 1);
        return src;
    }

    private void attach() {
        layer.attach(host, 1);
        calls.clear();
    }

    @Test
    void whatWaitsToLeaveHoldsInputBack() {
        attach();
        assertEquals(2, receive("asbb").remaining());
        assertEquals(List.of("http a", "http s"), calls);
        assertFalse(layer.wantsRead());
        assertTrue(layer.produce(ByteBuffer.allocate(2), 1));
        assertFalse(layer.wantsRead());
        assertFalse(layer.produce(ByteBuffer.allocate(2), 1));
        assertTrue(layer.wantsRead());
    }

    @Test
    void holdingHoldsInputBack() {
        attach();
        assertEquals(1, receive("hb").remaining());
        assertFalse(layer.wantsRead());
        layer.hold(false);
        assertTrue(layer.wantsRead());
    }

    @Test
    void theEndWaitsForWhatIsToLeave() {
        attach();
        receive("s");
        layer.end(OutputState.END);
        assertEquals(OutputState.OPEN, layer.outputState());
        layer.produce(ByteBuffer.allocate(3), 1);
        assertEquals(OutputState.END, layer.outputState());
    }

    @Test
    void whatComesBehindTheEndIsThrownAwayUpToALimit() {
        attach();
        assertEquals(0, receive("eabcd").remaining());
        assertEquals(List.of("http e"), calls);
        assertEquals(OutputState.END, layer.outputState());
        receive("x");
        assertEquals(OutputState.ABORT, layer.outputState());
        assertFalse(layer.wantsRead());
    }

    @Test
    void cuttingThrowsAwayWhatWaits() {
        attach();
        receive("s");
        layer.cut();
        assertEquals(OutputState.ABORT, layer.outputState());
        assertFalse(layer.produce(ByteBuffer.allocate(3), 1));
    }

    @Test
    void theOutputStateNeverGoesBack() {
        attach();
        layer.cut();
        layer.receiveFailure(new IOException("late"), 1);
        layer.receiveEnd(1);
        layer.end(OutputState.END);
        assertEquals(OutputState.ABORT, layer.outputState());
        assertEquals(List.of(), calls);
    }

    @Test
    void theDeadlineFiresOnceWhenItIsOver() {
        attach();
        layer.deadline(10);
        assertEquals(10, layer.nextDeadlineNanos());
        layer.onDeadline(9);
        assertEquals(List.of(), calls);
        layer.onDeadline(10);
        layer.onDeadline(10);
        assertEquals(List.of("deadline"), calls);
        assertEquals(ByteLayer.NEVER, layer.nextDeadlineNanos());
    }

    @Test
    void withoutATransportTasksAreDropped() {
        layer.later(() -> calls.add("ran"));
        layer.attach(host, 1);
        assertEquals(List.of("started"), calls);
        Runnable task = () -> calls.add("ran");
        layer.later(task);
        verify(host).execute(task);
    }

    @Test
    void goneIsTheLastCallWithAndWithoutASession() {
        attach();
        layer.released(TcpEnd.RESET, 2);
        assertEquals(List.of("released RESET", "gone"), calls);
    }

    @Test
    void everythingIsTheSessionsOnceItIsOpen() {
        attach();
        ByteLayer session = mock();
        layer.open(session, 5);
        verify(session).attach(host, 5);
        verify(session).connected(5);
        ByteBuffer src = ByteBuffer.allocate(1);
        layer.receive(src, 6);
        verify(session).receive(src, 6);
        layer.receiveEnd(7);
        verify(session).receiveEnd(7);
        IOException cause = new IOException();
        layer.receiveFailure(cause, 8);
        verify(session).receiveFailure(cause, 8);
        layer.onDeadline(9);
        verify(session).onDeadline(9);
        layer.sent(10);
        verify(session).sent(10);
        layer.released(TcpEnd.BROKEN, 11);
        verify(session).released(TcpEnd.BROKEN, 11);
        assertEquals(List.of("gone"), calls);
    }

    @Test
    void theSessionTakesItsPlaceOnceTheHeadHasLeft() {
        attach();
        receive("s");
        assertSame(layer, layer.successor());
        ByteLayer session = mock();
        when(session.successor()).thenReturn(session);
        layer.open(session, 5);
        layer.produce(ByteBuffer.allocate(2), 6);
        assertSame(layer, layer.successor());
        layer.produce(ByteBuffer.allocate(1), 7);
        assertSame(session, layer.successor());
    }

    @Test
    void theSessionProducesBehindTheHead() {
        attach();
        receive("s");
        ByteLayer session = mock();
        layer.open(session, 5);
        ByteBuffer small = ByteBuffer.allocate(2);
        assertTrue(layer.produce(small, 6));
        verify(session, never()).produce(small, 6);
        ByteBuffer rest = ByteBuffer.allocate(9);
        layer.produce(rest, 7);
        verify(session).produce(rest, 7);
        assertEquals(1, rest.position());
    }
}
