package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputBufferTest {
    private static final int IDLE_BYTES = 16;

    private final Pool<PooledBuffer> pool = Buffers.newPool();
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
        assertEquals(Buffers.BYTES, input.bytes().capacity());
        assertEquals(1_000 - IDLE_BYTES, input.bytes().remaining());
        pair.peer().getOutputStream().write(1);
        assertTrue(input.read(pair.wire()));
        assertEquals(IDLE_BYTES, input.bytes().capacity());
        assertEquals(1, input.bytes().remaining());
    }

    @Test
    void noOtherConnectionHasTheBufferWhileSomethingIsLeftInIt() throws IOException {
        pair.peer().getOutputStream().write(new byte[1_000]);
        assertTrue(input.read(pair.wire()));
        assertTrue(input.read(pair.wire()));
        PooledBuffer others = pool.borrow(this);
        Arrays.fill(others.bytes().array(), (byte) 's');
        assertArrayEquals(new byte[1_000 - IDLE_BYTES],
                Arrays.copyOf(input.bytes().array(), input.bytes().limit()));
        pool.giveBack(others, this);
        input.release();
        assertEquals(2, pool.idle());
    }

    @Test
    void connectionsThatWaitHaveBuffersOfTheirOwn() throws IOException {
        pair.peer().getOutputStream().write(new byte[] { 1, 2, 3 });
        assertTrue(input.read(pair.wire()));
        Arrays.fill(new InputBuffer(IDLE_BYTES, pool).bytes().array(), (byte) 's');
        assertEquals(1, input.bytes().get());
    }

    /** A read that has thrown may have written to the buffer, or write to it still. */
    @Test
    void aBufferWhoseReadFailedIsNeverReturned() throws IOException {
        Wire wire = failingInTheSecondRead();
        assertTrue(input.read(wire));
        assertThrows(IOException.class, () -> input.read(wire));
        assertFalse(input.bytes().hasRemaining());
        input.release();
        wire.close();
        assertEquals(0, pool.idle());
        assertEquals(0, pool.lent());
    }

    private static Wire failingInTheSecondRead() throws IOException {
        Socket socket = new Socket() {
            private int reads;

            @Override
            public InputStream getInputStream() {
                return new InputStream() {
                    @Override
                    public int available() {
                        return 1;
                    }

                    @Override
                    public int read() {
                        throw new AssertionError("byte by byte");
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        reads++;
                        if (reads > 1) {
                            throw new IOException("on purpose");
                        }
                        return IDLE_BYTES;
                    }
                };
            }
        };
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            socket.connect(server.getLocalSocketAddress());
            Wire wire = Wire.accepted(socket, DriverPair.setup());
            wire.open();
            return wire;
        }
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
