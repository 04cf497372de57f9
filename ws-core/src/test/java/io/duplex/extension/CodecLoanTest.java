package io.duplex.extension;

import static io.duplex.extension.Codecs.ascii;
import static io.duplex.extension.Codecs.decode;
import static io.duplex.extension.Codecs.encode;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.extension.MessageDeflater.PooledDeflater;
import io.duplex.extension.MessageInflater.PooledInflater;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Pool;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Codecs under the pool's law: as new when lent, and ended if they have thrown or were left inside a message.
 */
class CodecLoanTest {
    private static final byte[] MESSAGE = Codecs.wordy(5000, 1);

    private final PerMessageDeflate options = PerMessageDeflate.builder().thresholdBytes(0).build();

    private Extension connection() {
        return Codecs.server(options, "permessage-deflate");
    }

    @Test
    void aDeflaterThatWasReturnedInsideAMessageIsAsNew() {
        byte[] expected = encode(connection(), MESSAGE, 1000);
        Pool<PooledDeflater> pool = options.deflaters();
        PooledDeflater used = pool.borrow(this);
        used.deflater.setDictionary(MESSAGE);
        used.deflater.setInput(MESSAGE);
        used.deflater.deflate(new byte[10]);
        pool.giveBack(used, this);
        assertArrayEquals(expected, encode(connection(), MESSAGE, 1000));
        assertSame(used, pool.borrow(this));
    }

    @Test
    void anInflaterThatWasReturnedInsideAMessageIsAsNew() throws Exception {
        byte[] encoded = encode(connection(), MESSAGE, 1000);
        Pool<PooledInflater> pool = options.inflaters();
        PooledInflater used = pool.borrow(this);
        used.inflater.setInput(encoded, 0, encoded.length / 2);
        used.inflater.inflate(new byte[10]);
        pool.giveBack(used, this);
        assertArrayEquals(MESSAGE, decode(connection(), encoded));
        assertSame(used, pool.borrow(this));
    }

    @Test
    void whatIsPutOutIsAReadOnlySlice() throws WebSocketProtocolException {
        byte[] encoded = encode(connection(), MESSAGE, 1000);
        connection().encode(ByteBuffer.wrap(MESSAGE), true, CodecLoanTest::assertExact);
        connection().decode(ByteBuffer.wrap(encoded), true, CodecLoanTest::assertExact);
    }

    private static void assertExact(ByteBuffer piece) {
        assertTrue(piece.isReadOnly() && !piece.hasArray() && piece.remaining() == piece.capacity(),
                piece::toString);
    }

    /** What a codec puts out may be looked at for long, while other connections use the same pool. */
    @Test
    void scratchesAreNotReturnedBeforeTheirContentWasUsed() throws WebSocketProtocolException {
        byte[] message = Codecs.wordy(50_000, 1);
        byte[] encoded = encode(connection(), message, message.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        connection().encode(ByteBuffer.wrap(message), true, piece -> useBehindOthers(piece, out));
        assertArrayEquals(encoded, out.toByteArray());
        out.reset();
        connection().decode(ByteBuffer.wrap(encoded), true, piece -> useBehindOthers(piece, out));
        assertArrayEquals(message, out.toByteArray());
    }

    private void useBehindOthers(ByteBuffer piece, ByteArrayOutputStream out) {
        Object other = new Object();
        Scratch scratch = options.scratches().borrow(other);
        Arrays.fill(scratch.bytes, (byte) 's');
        options.scratches().giveBack(scratch, other);
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        out.writeBytes(bytes);
    }

    @Test
    void whatHasThrownIsEnded() {
        Extension connection = connection();
        ByteBuffer message = ByteBuffer.wrap(ascii("Hello"));
        assertThrows(UnsupportedOperationException.class, () -> connection.encode(message, true, piece -> {
            throw new UnsupportedOperationException();
        }));
        assertThrows(WebSocketProtocolException.class, () -> decode(connection, new byte[] { -1, -1 }));
        assertEquals(List.of(0, 0, 0),
                List.of(options.deflaters().idle(), options.inflaters().idle(), options.scratches().idle()));
        assertNothingIsLent();
    }

    @Test
    void whatIsClosedInsideAMessageIsEnded() throws WebSocketProtocolException {
        Extension connection = connection();
        byte[] encoded = encode(connection(), MESSAGE, 1000);
        int idle = options.deflaters().idle();
        connection.encode(ByteBuffer.wrap(MESSAGE), false, piece -> {});
        connection.decode(ByteBuffer.wrap(encoded, 0, encoded.length / 2), false, piece -> {});
        connection.close();
        assertEquals(idle - 1, options.deflaters().idle());
        assertEquals(0, options.inflaters().idle());
        assertNothingIsLent();
    }

    @Test
    void aClosedExtensionSaysThatItIsClosed() {
        Extension connection = connection();
        connection.close();
        assertThrows(ExtensionClosedException.class, () -> encode(connection, MESSAGE, 1000));
        assertThrows(ExtensionClosedException.class, () -> decode(connection, MESSAGE));
    }

    @Test
    void deflatersBeyondTheBoundFreeTheirMemory() {
        Pool<PooledDeflater> pool = options.deflaters();
        List<PooledDeflater> taken = new ArrayList<>();
        for (int i = 0; i <= PerMessageDeflate.MAX_IDLE; i++) {
            taken.add(pool.borrow(this));
        }
        taken.forEach(item -> pool.giveBack(item, this));
        assertEquals(PerMessageDeflate.MAX_IDLE, pool.idle());
        assertThrows(RuntimeException.class, () -> taken.getLast().deflater.getBytesRead());
        assertNotSame(taken.getLast(), pool.borrow(this));
    }

    private void assertNothingIsLent() {
        assertEquals(List.of(0L, 0L, 0L),
                List.of(options.deflaters().lent(), options.inflaters().lent(), options.scratches().lent()));
    }
}
