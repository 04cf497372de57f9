package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputPumpTest {
    private final List<String> told = new ArrayList<>();
    private final ArrayList<Runnable> rounds = new ArrayList<>();
    private OutputState state = OutputState.OPEN;
    private byte[] next = {};
    private boolean more;
    private final Pool<PooledBuffer> pool = Buffers.newPool();
    private Runnable behindProduce = () -> {};
    private DriverPair pair;
    private OutputPump pump;

    private final StubLayer layer = new StubLayer() {
        @Override
        public boolean produce(ByteBuffer dst, long nanoTime) {
            if (!rounds.isEmpty()) {
                rounds.removeFirst().run();
            }
            dst.put(next);
            next = new byte[0];
            behindProduce.run();
            return more;
        }

        @Override
        public void sent(long nanoTime) {
            told.add("sent");
        }

        @Override
        public OutputState outputState() {
            return state;
        }
    };
    private final OutputPump.Owner owner = new OutputPump.Owner() {
        @Override
        public void looked() {
            told.add("looked");
        }

        @Override
        public void closeWanted() {
            told.add("close");
        }

        @Override
        public void writeFailed(IOException cause) {
            told.add("failed");
        }

        @Override
        public void crashed(Throwable cause) {
            told.add("crashed");
        }
    };

    @BeforeEach
    void open() throws IOException {
        pair = DriverPair.open();
        pump = new OutputPump(layer, pair.wire(), pool, owner);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    @Test
    void beforeItIsOpenNothingIsWritten() {
        assertFalse(pump.request());
        pump.open();
        assertTrue(pump.request());
    }

    @Test
    void aBurstHasOneWriter() {
        pump.open();
        assertTrue(pump.request());
        assertFalse(pump.request());
        assertFalse(pump.request());
        assertFalse(pump.run(10));
        assertEquals(List.of("looked"), told);
        assertTrue(pump.request());
    }

    @Test
    void noOtherConnectionHasTheBufferBeforeItWasWritten() throws IOException {
        behindProduce = () -> {
            PooledBuffer others = pool.borrow(this);
            Arrays.fill(others.bytes().array(), (byte) 's');
            pool.giveBack(others, this);
        };
        pump.open();
        pump.request();
        next = new byte[] { 1, 2, 3 };
        assertFalse(pump.run(10));
        assertEquals(List.of("sent", "looked"), told);
        assertArrayEquals(new byte[] { 1, 2, 3 }, pair.peer().getInputStream().readNBytes(3));
        assertEquals(2, pool.idle());
    }

    @Test
    void aRequestDuringARunMakesItLookAgain() throws IOException {
        pump.open();
        pump.request();
        rounds.add(() -> {
            assertFalse(pump.request());
            next = new byte[] { 1 };
        });
        assertFalse(pump.run(10));
        assertEquals(List.of("sent", "looked", "looked"), told);
        assertEquals(1, pair.peer().getInputStream().read());
    }

    @Test
    void behindItsRoundsItLeavesTheRestToTheCaller() {
        pump.open();
        pump.request();
        more = true;
        assertTrue(pump.run(3));
        assertEquals(3, told.size());
        assertFalse(pump.request());
        assertFalse(pump.end());
        more = false;
        assertFalse(pump.run(3));
        assertTrue(pump.end());
        assertFalse(pump.request());
    }

    @Test
    void bytesThatCameBeforeTheEndAreNotCutOffByIt() throws IOException {
        pump.open();
        pump.request();
        // Another thread queues bytes and sets END just when produce has found nothing.
        rounds.add(() -> state = OutputState.END);
        rounds.add(() -> next = new byte[] { 5 });
        assertFalse(pump.run(10));
        assertTrue(pump.finSent());
        assertArrayEquals(new byte[] { 5 }, pair.peer().getInputStream().readAllBytes());
    }

    @Test
    void aStateThatMovesWhileProducingIsActedOnInAFurtherRound() throws IOException {
        pump.open();
        pump.request();
        rounds.add(() -> {
            next = new byte[] { 5 };
            state = OutputState.END;
        });
        assertFalse(pump.run(10));
        assertTrue(pump.finSent());
        assertEquals(List.of("sent", "looked", "looked"), told);
    }

    @Test
    void closeIsTheOwnersToDo() {
        pump.open();
        pump.request();
        state = OutputState.CLOSE;
        pump.run(10);
        assertTrue(told.contains("close"));
    }

    @Test
    void behindAFailedWriteNothingIsProduced() {
        pump.open();
        pump.request();
        pair.wire().close();
        next = new byte[] { 1 };
        assertFalse(pump.run(10));
        next = new byte[] { 2 };
        assertTrue(pump.request());
        assertFalse(pump.run(10));
        assertEquals(List.of("failed"), told);
        assertEquals(2, next[0]);
    }

    @Test
    void anExceptionOutOfTheLayerIsToldAndEndsTheRun() {
        pump.open();
        pump.request();
        rounds.add(() -> {
            throw new IllegalStateException("on purpose");
        });
        assertFalse(pump.run(10));
        assertEquals(List.of("crashed"), told);
        assertTrue(pump.end());
    }
}
