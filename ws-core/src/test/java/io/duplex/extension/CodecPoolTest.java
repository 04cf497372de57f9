package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class CodecPoolTest {
    private final List<Object> reset = new ArrayList<>();
    private final List<Object> ended = new ArrayList<>();
    private final CodecPool<Object> pool = new CodecPool<>(2, Object::new, reset::add, ended::add);

    @Test
    void makesOneOnlyIfNoneIsIdle() {
        Object first = pool.take();
        assertNotSame(first, pool.take());
        pool.giveBack(first);
        assertSame(first, pool.take());
        assertEquals(List.of(first), reset);
    }

    @Test
    void lendsWhatCameBackLast() {
        Object first = pool.take();
        Object second = pool.take();
        pool.giveBack(first);
        pool.giveBack(second);
        assertSame(second, pool.take());
    }

    @Test
    void endsWhatIsBeyondItsBound() {
        List<Object> taken = List.of(pool.take(), pool.take(), pool.take());
        assertEquals(3, pool.lent());
        taken.forEach(pool::giveBack);
        assertEquals(List.of(taken.getLast()), ended);
        assertEquals(2, pool.idle());
        assertEquals(0, pool.lent());
    }

    @Test
    void deflatersBeyondTheBoundFreeTheirMemory() {
        CodecPool<Deflater> deflaters = CodecPool.deflaters(1);
        List<Deflater> taken = new ArrayList<>();
        for (int i = 0; i <= CodecPool.MAX_IDLE; i++) {
            taken.add(deflaters.take());
        }
        taken.forEach(deflaters::giveBack);
        assertEquals(CodecPool.MAX_IDLE, deflaters.idle());
        assertThrows(RuntimeException.class, () -> taken.getLast().getBytesRead());
    }
}
