package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** {@link ByteLayer#successor}: a layer whose work is done is called no more, and nothing gets lost by it. */
abstract class LayerHandoverContract extends LayerPart {
    LayerHandoverContract(LayerContract on) {
        super(on);
    }

    /** Writes down the calls that still reach it; passes all of them on. */
    private static class LeavingLayer extends ForwardingLayer {
        final Queue<String> calls = new ConcurrentLinkedQueue<>();
        final ByteLayer above;
        volatile boolean done;

        LeavingLayer(ByteLayer above) {
            this.above = above;
        }

        @Override
        protected ByteLayer above() {
            return above;
        }

        @Override
        public ByteLayer successor() {
            return done ? above.successor() : this;
        }

        @Override
        public void attach(LayerHost host, long nanoTime) {
            calls.add("attach");
            super.attach(host, nanoTime);
        }

        @Override
        public void connected(long nanoTime) {
            calls.add("connected");
            super.connected(nanoTime);
        }

        @Override
        public void receive(ByteBuffer src, long nanoTime) {
            calls.add("receive");
            super.receive(src, nanoTime);
        }

        @Override
        public void receiveEnd(long nanoTime) {
            calls.add("receiveEnd");
            super.receiveEnd(nanoTime);
        }

        @Override
        public boolean produce(ByteBuffer dst, long nanoTime) {
            calls.add("produce");
            return super.produce(dst, nanoTime);
        }

        @Override
        public void sent(long nanoTime) {
            calls.add("sent");
            super.sent(nanoTime);
        }

        @Override
        public void onDeadline(long nanoTime) {
            calls.add("deadline");
            super.onDeadline(nanoTime);
        }

        @Override
        public void released(TcpEnd ending, long nanoTime) {
            calls.add("released");
            super.released(ending, nanoTime);
        }
    }

    private Socket peerOf(LeavingLayer leaving, TestLayer above) throws IOException {
        watch(above);
        return peer(listen(() -> Optional.of(leaving)).address());
    }

    private static void echo(Socket peer) throws IOException {
        peer.getOutputStream().write(HELLO);
        assertArrayEquals(HELLO, peer.getInputStream().readNBytes(HELLO.length));
    }

    private static void endBothWays(Socket peer, TestLayer layer) throws IOException {
        peer.shutdownOutput();
        assertEquals(-1, peer.getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(TcpEnd.FIN_EXCHANGED, layer.ending);
    }

    @Test
    void aLayerThatHasLeftIsOnlyReleased() throws IOException {
        EchoLayer echo = new EchoLayer();
        LeavingLayer leaving = new LeavingLayer(echo) {
            @Override
            public void connected(long nanoTime) {
                super.connected(nanoTime);
                done = true;
            }
        };
        Socket peer = peerOf(leaving, echo);
        echo(peer);
        endBothWays(peer, echo);
        assertEquals(List.of("attach", "connected", "receive", "receiveEnd", "released"), echo.events());
        assertEquals(List.of("attach", "connected", "released"), List.copyOf(leaving.calls));
    }

    @Test
    void severalLayersLeaveAtOnce() throws IOException {
        EchoLayer echo = new EchoLayer();
        LeavingLayer upper = new LeavingLayer(echo);
        upper.done = true;
        LeavingLayer lower = new LeavingLayer(upper) {
            @Override
            public void connected(long nanoTime) {
                super.connected(nanoTime);
                done = true;
            }
        };
        Socket peer = peerOf(lower, echo);
        echo(peer);
        endBothWays(peer, echo);
        assertEquals(List.of("attach", "connected", "released"), List.copyOf(lower.calls));
        assertEquals(List.of("attach", "connected", "released"), List.copyOf(upper.calls));
    }

    @Test
    void aLayerMayLeaveInATask() throws IOException {
        EchoLayer echo = new EchoLayer();
        LeavingLayer leaving = new LeavingLayer(echo);
        Socket peer = peerOf(leaving, echo);
        echo(peer);
        echo.host.execute(() -> echo.call("task", () -> leaving.done = true));
        echo.awaitEvent("task");
        int before = leaving.calls.size();
        echo(peer);
        endBothWays(peer, echo);
        // What the writing thread had begun before the task may end after it.
        assertEquals(List.of("released"), leaving.calls.stream()
                .skip(before)
                .filter(call -> !call.equals("produce") && !call.equals("sent"))
                .toList());
    }

    @Test
    void aDeadlineThatWasSetBeforeComesToTheSuccessor() throws IOException {
        TestLayer layer = new TestLayer();
        LeavingLayer leaving = new LeavingLayer(layer) {
            @Override
            public void receive(ByteBuffer src, long nanoTime) {
                super.receive(src, nanoTime);
                done = true;
            }
        };
        Socket peer = peerOf(leaving, layer);
        layer.awaitEvent("connected");
        layer.setDeadline(layer.host.nanoTime() + 200 * MS);
        peer.getOutputStream().write(HELLO);
        layer.awaitEvent("deadline");
        assertEquals(0, leaving.calls.stream().filter("deadline"::equals).count());
    }

    /** On blocking transports another thread is inside {@code produce} when the layer leaves. */
    @Test
    void nothingIsLostOrDoubledWhileOutputIsUnderWay() throws Exception {
        EchoLayer echo = new EchoLayer();
        LeavingLayer leaving = new LeavingLayer(echo) {
            @Override
            public void receive(ByteBuffer src, long nanoTime) {
                super.receive(src, nanoTime);
                done = echo.receivedBytes > MIB;
            }
        };
        Socket peer = peerOf(leaving, echo);
        byte[] sent = new byte[8 * MIB];
        new Random(1).nextBytes(sent);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                peer.getOutputStream().write(sent);
                peer.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertArrayEquals(sent, peer.getInputStream().readAllBytes());
        writer.join();
        echo.awaitEvent("released");
        assertEquals("released", leaving.calls.stream().reduce("", (first, last) -> last));
        assertEquals(0, leaving.calls.stream().filter("receiveEnd"::equals).count());
    }
}
