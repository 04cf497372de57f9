package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SerialWriterTest {
    private final List<String> told = new ArrayList<>();
    private final ArrayList<Runnable> rounds = new ArrayList<>();
    private OutputState state = OutputState.OPEN;
    private byte[] next = {};
    private boolean more;
    private final Pool<PooledBuffer> pool = Buffers.newPool();
    private Runnable behindProduce = () -> {};
    private DriverPair pair;
    private ConnectionEnd end;
    private SerialWriter writer;

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
    private final SerialWriter.Owner owner = new SerialWriter.Owner() {
        @Override
        public void looked() {
            told.add("looked");
        }

        @Override
        public void closeDue() {
            told.add("close");
        }

        @Override
        public void writeFailed() {
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
        end = pair.wire().newEnd();
        writer = new SerialWriter(layer, pair.wire(), pool, end, owner);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    private boolean isFinSent() {
        return !end.isDrainDue(OutputState.END);
    }

    @Test
    void beforeItIsOpenNothingIsWritten() {
        assertFalse(writer.request());
        writer.open();
        assertTrue(writer.request());
    }

    @Test
    void aBurstHasOneWriter() {
        writer.open();
        assertTrue(writer.request());
        assertFalse(writer.request());
        assertFalse(writer.request());
        assertFalse(writer.run(10));
        assertEquals(List.of("looked"), told);
        assertTrue(writer.request());
    }

    @Test
    void noOtherConnectionHasTheBufferBeforeItWasWritten() throws IOException {
        behindProduce = () -> {
            PooledBuffer others = pool.borrow(this);
            Arrays.fill(others.bytes().array(), (byte) 's');
            pool.giveBack(others, this);
        };
        writer.open();
        writer.request();
        next = new byte[] { 1, 2, 3 };
        assertFalse(writer.run(10));
        assertEquals(List.of("sent", "looked"), told);
        assertArrayEquals(new byte[] { 1, 2, 3 }, pair.peer().getInputStream().readNBytes(3));
        assertEquals(2, pool.idle());
    }

    @Test
    void aRequestDuringARunMakesItLookAgain() throws IOException {
        writer.open();
        writer.request();
        rounds.add(() -> {
            assertFalse(writer.request());
            next = new byte[] { 1 };
        });
        assertFalse(writer.run(10));
        assertEquals(List.of("sent", "looked", "looked"), told);
        assertEquals(1, pair.peer().getInputStream().read());
    }

    @Test
    void behindItsRoundsItLeavesTheRestToTheCaller() {
        writer.open();
        writer.request();
        more = true;
        assertTrue(writer.run(3));
        assertEquals(3, told.size());
        assertFalse(writer.request());
        assertFalse(writer.end());
        more = false;
        assertFalse(writer.run(3));
        assertTrue(writer.end());
        assertFalse(writer.request());
    }

    @Test
    void bytesThatCameBeforeTheEndAreNotCutOffByIt() throws IOException {
        writer.open();
        writer.request();
        // Another thread queues bytes and sets END just when produce has found nothing.
        rounds.add(() -> state = OutputState.END);
        rounds.add(() -> next = new byte[] { 5 });
        assertFalse(writer.run(10));
        assertTrue(isFinSent());
        assertArrayEquals(new byte[] { 5 }, pair.peer().getInputStream().readAllBytes());
    }

    @Test
    void aStateThatMovesWhileProducingIsActedOnInAFurtherRound() throws IOException {
        writer.open();
        writer.request();
        rounds.add(() -> {
            next = new byte[] { 5 };
            state = OutputState.END;
        });
        assertFalse(writer.run(10));
        assertTrue(isFinSent());
        assertEquals(List.of("sent", "looked", "looked"), told);
    }

    @Test
    void closeIsTheOwnersToDo() {
        writer.open();
        writer.request();
        state = OutputState.CLOSE;
        writer.run(10);
        assertTrue(told.contains("close"));
    }

    @Test
    void behindAFailedWriteNothingIsProduced() {
        writer.open();
        writer.request();
        pair.wire().close();
        next = new byte[] { 1 };
        assertFalse(writer.run(10));
        next = new byte[] { 2 };
        assertTrue(writer.request());
        assertFalse(writer.run(10));
        assertEquals(List.of("failed"), told);
        assertEquals(2, next[0]);
    }

    @Test
    void anExceptionOutOfTheLayerIsToldAndEndsTheRun() {
        writer.open();
        writer.request();
        rounds.add(() -> {
            throw new IllegalStateException("on purpose");
        });
        assertFalse(writer.run(10));
        assertEquals(List.of("crashed"), told);
        assertTrue(writer.end());
    }
}
