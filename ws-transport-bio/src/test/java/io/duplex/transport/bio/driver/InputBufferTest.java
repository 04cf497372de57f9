package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputBufferTest {
    private static final int IDLE_BYTES = 16;

    private final BufferPool pool = new BufferPool();
    private final InputBuffer input = new InputBuffer(IDLE_BYTES, pool);
    private DriverPair pair;

    @BeforeEach
    void open() throws IOException {
        pair = DriverPair.open();
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    @Test
    void itStartsEmptyAndHoldsWhatWasRead() throws IOException {
        assertFalse(input.bytes().hasRemaining());
        pair.peer().getOutputStream().write(new byte[] { 1, 2, 3 });
        assertTrue(input.read(pair.wire()));
        assertEquals(3, input.bytes().remaining());
        assertEquals(1, input.bytes().get());
    }

    @Test
    void itBorrowsALargeBufferWhileThereIsMoreAndGivesItBackBeforeItWaits() throws IOException {
        pair.peer().getOutputStream().write(new byte[1_000]);
        assertTrue(input.read(pair.wire()));
        assertEquals(IDLE_BYTES, input.bytes().capacity());
        assertTrue(input.read(pair.wire()));
        assertEquals(BufferPool.BUFFER_BYTES, input.bytes().capacity());
        assertEquals(1_000 - IDLE_BYTES, input.bytes().remaining());
        pair.peer().getOutputStream().write(1);
        assertTrue(input.read(pair.wire()));
        assertEquals(IDLE_BYTES, input.bytes().capacity());
        assertEquals(1, input.bytes().remaining());
    }

    @Test
    void aReadThatFillsTheBufferExactlyBorrowsNothing() throws IOException {
        pair.peer().getOutputStream().write(new byte[IDLE_BYTES]);
        assertTrue(input.read(pair.wire()));
        pair.peer().shutdownOutput();
        assertFalse(input.read(pair.wire()));
        assertEquals(IDLE_BYTES, input.bytes().capacity());
        assertFalse(input.bytes().hasRemaining());
    }
}
