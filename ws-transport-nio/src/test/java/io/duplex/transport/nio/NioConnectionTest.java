package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.contract.layer.TestLayer;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a selector-based connection may get wrong: interest that stays, input that starves others, turns for
 * nothing.
 */
class NioConnectionTest {
    private static final int FEW_TURNS = 40;
    private static final int MIB = 1 << 20;

    private OneLoop one;

    @BeforeEach
    void start() throws Exception {
        one = new OneLoop();
    }

    @AfterEach
    void close() throws Exception {
        one.close();
    }

    private static final int TWO_TURNS_OF_BUFFERS = 2 * 16;

    private int interest(OneLoop.Pair pair) throws Exception {
        return one.ask(() -> pair.wire().interest());
    }

    private static void readFully(SocketChannel peer, int bytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            assertTrue(peer.read(into) > 0);
        }
    }

    @Test
    void noWriteInterestIsLeftOnceAllHasDrained() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        layer.awaitEvent("connected");
        assertEquals(SelectionKey.OP_READ, interest(pair));
        layer.send(new byte[32 * MIB]);
        layer.await("a first buffer", () -> layer.waitingBytes() < 32 * MIB);
        while ((interest(pair) & SelectionKey.OP_WRITE) == 0) {
            assertTrue(layer.waitingBytes() > 0);
        }
        readFully(pair.peer(), 32 * MIB);
        layer.await("sent", () -> layer.waitingBytes() == 0);
        assertEquals(SelectionKey.OP_READ, interest(pair));
        assertEquals(Math.ceilDiv(32 * MIB, EventLoop.WRITE_BYTES), layer.writes.get(),
                "also after a write in two steps");
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
    }

    @Test
    void aBlockedSocketDoesNotSpin() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        layer.awaitEvent("connected");
        layer.send(new byte[32 * MIB]);
        layer.become(OutputState.END);
        while ((interest(pair) & SelectionKey.OP_WRITE) == 0) {
            assertTrue(layer.waitingBytes() > 0);
        }
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
        readFully(pair.peer(), 32 * MIB);
        assertEquals(-1, pair.peer().read(ByteBuffer.allocate(1)));
    }

    @Test
    void inATurnAConnectionMakesOneReceivingCallWithBytes() throws Exception {
        List<Long> turns = new CopyOnWriteArrayList<>();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                turns.add(one.loop().turns());
                host.budget().spend(WorkBudget.BYTES);
                record(new byte[] { src.get() });
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[100]));
        layer.awaitReceived(100);
        assertEquals(100, Set.copyOf(turns).size());
        assertEquals(SelectionKey.OP_READ, interest(pair));
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
    }

    @Test
    void whatIsWrittenInATurnIsChargedToItsBudget() throws Exception {
        List<Long> turns = new CopyOnWriteArrayList<>();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                turns.add(one.loop().turns());
                record(new byte[] { src.get() });
                wantsRead = false;
                send(new byte[WorkBudget.BYTES]);
            }

            @Override
            protected void onProduced() {
                wantsRead = waitingBytes() == 0;
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[20]));
        readFully(pair.peer(), 20 * WorkBudget.BYTES);
        assertEquals(20, layer.received().length);
        assertEquals(20, Set.copyOf(turns).size(), "an answer of that size ends the turn");
    }

    @Test
    void aPeerThatTakesOutputAsFastAsItComesLeavesTurnsToOthers() throws Exception {
        TestLayer fast = new TestLayer();
        OneLoop.Pair taking = one.connect(fast);
        AtomicInteger before = new AtomicInteger();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                before.set(fast.produced.get());
                super.onReceive(src);
            }
        };
        OneLoop.Pair probe = one.connect(layer);
        fast.awaitEvent("connected");
        fast.send(new byte[64 * MIB]);
        for (int probes = 1; fast.waitingBytes() > 0; probes++) {
            probe.peer().write(ByteBuffer.wrap(new byte[1]));
            int sent = fast.produced.get();
            readFully(taking.peer(), MIB / 4);
            if (fast.waitingBytes() > 0) {
                layer.awaitReceived(probes);
                assertTrue(before.get() - sent <= TWO_TURNS_OF_BUFFERS,
                        () -> before.get() - sent + " buffers");
            }
        }
    }

    @Test
    void readInterestIsOffWhileNothingIsWanted() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        layer.awaitEvent("connected");
        layer.host.execute(() -> layer.wantsRead = false);
        pair.peer().write(ByteBuffer.wrap(new byte[9]));
        assertEquals(0, interest(pair));
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
        layer.wantsRead = true;
        layer.host.inputReady();
        layer.awaitReceived(9);
        assertEquals(SelectionKey.OP_READ, interest(pair));
    }

    @Test
    void inputThatIsLeftIsOfferedBeforeWhatComesLater() throws Exception {
        AtomicReference<SocketChannel> peer = new AtomicReference<>();
        TestLayer layer = new TestLayer() {
            private int tries = -1;

            @Override
            protected void onReceive(ByteBuffer src) {
                record(new byte[] { src.get() });
                if (tries < 0) {
                    tries = 0;
                    wantsRead = false;
                    host.outputReady();
                }
            }

            @Override
            protected void onProduced() {
                // Its own output, which did not leave at the first try, held it up; the socket is ready again
                // meanwhile.
                if (!wantsRead && ++tries == 2) {
                    write(peer.get(), 3);
                    wantsRead = true;
                }
            }
        };
        peer.set(one.connect(layer).peer());
        layer.awaitEvent("connected");
        peer.get().write(ByteBuffer.wrap(new byte[] { 1, 2 }));
        layer.awaitReceived(3);
        assertArrayEquals(new byte[] { 1, 2, 3 }, layer.received());
    }

    private static void write(SocketChannel peer, int value) {
        try {
            peer.write(ByteBuffer.wrap(new byte[] { (byte) value }));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The loop's buffers serve one connection after the other. */
    @Test
    void noOtherConnectionReachesInputThatIsLeft() throws Exception {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                if (wantsRead && receivedBytes == 0) {
                    record(new byte[] { src.get() });
                    wantsRead = false;
                } else {
                    super.onReceive(src);
                }
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[] { 1, 2, 3, 4, 5 }));
        layer.awaitReceived(1);
        TestLayer other = new TestLayer();
        one.connect(other).peer().write(ByteBuffer.wrap("secrets".getBytes(StandardCharsets.US_ASCII)));
        other.awaitReceived(7);
        layer.wantsRead = true;
        layer.host.inputReady();
        layer.awaitReceived(5);
        assertArrayEquals(new byte[] { 1, 2, 3, 4, 5 }, layer.received());
    }

    @Test
    void noOtherConnectionReachesOutputThatTheSocketHasNotTaken() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        layer.awaitEvent("connected");
        byte[] content = new byte[32 * MIB];
        Arrays.fill(content, (byte) 1);
        layer.send(content);
        while ((interest(pair) & SelectionKey.OP_WRITE) == 0) {
            assertTrue(layer.waitingBytes() > 0);
        }
        TestLayer other = new TestLayer();
        OneLoop.Pair others = one.connect(other);
        other.awaitEvent("connected");
        byte[] secrets = new byte[SocketReader.FIRST_BYTES];
        Arrays.fill(secrets, (byte) 's');
        other.send(secrets);
        readFully(others.peer(), secrets.length);
        ByteBuffer arrived = ByteBuffer.allocate(content.length);
        while (arrived.hasRemaining()) {
            assertTrue(pair.peer().read(arrived) > 0);
        }
        assertEquals(-1, Arrays.mismatch(content, arrived.array()));
    }

    /** What was produced and not written is lost; nothing may follow it, though the caller goes on. */
    @Test
    void aFlushThatFailsResetsTheConnection() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                failProduce = true;
                send("lost".getBytes(StandardCharsets.US_ASCII));
                try {
                    host.flush();
                } catch (Throwable e) {
                    thrown.set(e);
                }
                failProduce = false;
                send("behind".getBytes(StandardCharsets.US_ASCII));
                host.flush();
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[1]));
        layer.awaitEvent("released");
        assertEquals(TcpEnd.RESET, layer.ending);
        assertThrows(IOException.class, () -> pair.peer().read(ByteBuffer.allocate(9)));
        assertTrue(thrown.get() != null, "the caller does not know");
    }

    /** Only then may a layer lend bytes of a caller, who changes them when the call returns. */
    @Test
    void aFlushWritesAtOnceOnTheLoopOfAnOpenConnectionOnly() throws Exception {
        List<Boolean> atOnce = new CopyOnWriteArrayList<>();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onAttach() {
                atOnce.add(host.writesAtOnce());
            }

            @Override
            protected void onConnected() {
                atOnce.add(host.writesAtOnce());
            }

            @Override
            protected void onReceive(ByteBuffer src) {
                atOnce.add(host.writesAtOnce());
                super.onReceive(src);
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[1]));
        layer.awaitReceived(1);
        assertEquals(List.of(false, false, true), atOnce);
        assertFalse(layer.host.writesAtOnce(), "on another thread");
        layer.become(OutputState.ABORT);
        layer.awaitEvent("released");
        assertFalse(one.ask(layer.host::writesAtOnce), "after the end");
    }

    @Test
    void nothingIsWrittenOnceTheLayerAborts() throws Exception {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                become(OutputState.ABORT);
                send(new byte[9]);
                host.flush();
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[1]));
        layer.awaitEvent("released");
        assertEquals(9, layer.waitingBytes());
    }

    @Test
    void inputThatIsLeftDoesNotSpin() throws Exception {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                record(new byte[] { src.get() });
                wantsRead = false;
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().write(ByteBuffer.wrap(new byte[] { 1, 2 }));
        layer.awaitReceived(1);
        assertEquals(0, interest(pair));
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
    }

    @Test
    void whatWasLeftForTheLayersOwnOutputIsOfferedAgainInTheSameTurn() throws Exception {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                byte[] one = { src.get() };
                record(one);
                wantsRead = false;
                send(one);
            }

            @Override
            protected void onProduced() {
                wantsRead = true;
            }
        };
        OneLoop.Pair pair = one.connect(layer);
        layer.awaitEvent("connected");
        one.ask(() -> true);
        CountDownLatch go = one.hold();
        pair.peer().write(ByteBuffer.wrap(new byte[100]));
        long before = one.loop().turns();
        go.countDown();
        readFully(pair.peer(), 100);
        one.ask(() -> true);
        assertEquals(100, layer.received().length);
        assertTrue(one.loop().turns() - before < FEW_TURNS);
    }

    @Test
    void aHalfClosedPeerDoesNotSpin() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().shutdownOutput();
        layer.awaitEvent("receiveEnd");
        assertEquals(0, interest(pair));
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
        layer.send(new byte[5]);
        readFully(pair.peer(), 5);
    }

    @Test
    void aHalfClosedPeerThatResetsDoesNotSpin() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        pair.peer().shutdownOutput();
        layer.awaitEvent("receiveEnd");
        pair.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.peer().close();
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
        layer.send(new byte[5]);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "receiveEnd", "deadline", "receiveFailure", "released"),
                layer.events());
    }

    @Test
    void aFloodHoldsUpAQuietConnectionForOneReadOnly() throws Exception {
        TestLayer flooded = new TestLayer();
        AtomicLong before = new AtomicLong(-1);
        TestLayer quiet = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                before.set(flooded.receivedBytes);
                super.onReceive(src);
            }
        };
        OneLoop.Pair flood = one.connect(flooded);
        OneLoop.Pair calm = one.connect(quiet);
        quiet.awaitEvent("connected");
        one.ask(() -> true);
        CountDownLatch go = one.hold();
        flood.peer().configureBlocking(false);
        int sent = 0;
        for (int count = 1; count > 0; sent += count) {
            count = flood.peer().write(ByteBuffer.allocate(MIB));
        }
        calm.peer().write(ByteBuffer.wrap(new byte[1]));
        go.countDown();
        quiet.awaitReceived(1);
        assertTrue(sent > 4 * SocketReader.FIRST_BYTES, () -> "no flood");
        assertTrue(before.get() <= SocketReader.FIRST_BYTES, before::toString);
        flooded.awaitReceived(sent);
    }

    @Test
    void aWriterThatNeverEndsLeavesTheLoopToOthers() throws Exception {
        TestLayer endless = new TestLayer() {
            @Override
            public boolean wantsRead() {
                return false;
            }

            @Override
            protected void onProduced() {
                host.execute(() -> send(new byte[SocketReader.FIRST_BYTES]));
            }
        };
        OneLoop.Pair pair = one.connect(endless);
        Thread reader = Thread.ofPlatform().start(() -> {
            ByteBuffer into = ByteBuffer.allocate(MIB);
            try {
                while (pair.peer().read(into.clear()) >= 0) {
                    assertFalse(into.hasRemaining() && into.position() == 0);
                }
            } catch (IOException e) {
                // The test ends with a reset.
            }
        });
        endless.awaitEvent("connected");
        endless.send(new byte[1]);
        TestLayer other = new TestLayer();
        one.connect(other).peer().write(ByteBuffer.wrap(new byte[1]));
        other.awaitReceived(1);
        endless.become(OutputState.ABORT);
        reader.join();
    }

    @Test
    void aConnectionThatComesBehindTheEndOfItsGroupIsResetAndReleased() throws Exception {
        TestLayer layer = new TestLayer();
        CountDownLatch go = one.hold();
        one.connect(layer);
        Thread closer = Thread.ofPlatform().start(() -> one.loop().group().close());
        while (!one.loop().group().isClosed()) {
            Thread.onSpinWait();
        }
        go.countDown();
        closer.join();
        assertEquals(List.of("attach", "released"), layer.events());
    }
}
