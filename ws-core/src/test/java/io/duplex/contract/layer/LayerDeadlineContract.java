package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deadlines: met whatever the connection's threads are doing. */
abstract class LayerDeadlineContract extends LayerPart {
    LayerDeadlineContract(LayerContract on) {
        super(on);
    }

    @Test
    void aDeadlineIsMetWhileTheReaderWaits() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onAttach() {
                deadlineNanos = TransportClock.nanoTime() + 30 * MS;
            }

            @Override
            protected void onDue() {
                state = OutputState.ABORT;
            }
        };
        peerOf(layer);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "deadline", "released"), layer.events());
    }

    @Test
    void aDeadlineThatMovesNearerIsMet() throws IOException {
        TestLayer layer = new TestLayer();
        layer.deadlineNanos = TransportClock.nanoTime() + 3_600_000 * MS;
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.setDeadline(TransportClock.nanoTime() + 20 * MS);
        layer.awaitEvent("deadline");
    }

    @Test
    void aDeadlineThatMovedAwayIsMetAtItsNewTime() throws IOException {
        TestLayer layer = new TestLayer();
        layer.deadlineNanos = TransportClock.nanoTime() + 50 * MS;
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.setDeadline(TransportClock.nanoTime() + 200 * MS);
        layer.awaitEvent("deadline");
    }

    @Test
    void aDeadlineIsMetWhileReadingPauses() throws IOException {
        TestLayer layer = new TestLayer();
        layer.wantsRead = false;
        layer.deadlineNanos = TransportClock.nanoTime() + 30 * MS;
        peerOf(layer);
        layer.awaitEvent("deadline");
    }

    @Test
    void aDeadlineFreesAWriteThatIsBlocked() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                send(new byte[64 * MIB]);
                deadlineNanos = TransportClock.nanoTime() + 50 * MS;
            }

            @Override
            protected void onDue() {
                state = OutputState.ABORT;
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.RESET, layer.ending);
        assertTrue(layer.waitingBytes() > 0);
    }
}
