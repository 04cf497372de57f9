package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** RFC 6455 sections 5.3 and 10.3. */
class MaskKeysTest {
    /** Gives 0, 1, 2… as big-endian ints, and counts how often it is asked. */
    private static final class Counting implements RandomGenerator {
        private int value;
        private int draws;

        @Override
        public long nextLong() {
            throw new AssertionError("keys are drawn in bulk");
        }

        @Override
        public void nextBytes(byte[] bytes) {
            draws++;
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                buffer.putInt(value++);
            }
        }
    }

    @Test
    void everyKeyOfTheSourceIsGivenOnceInOrder() {
        MaskKeys keys = new MaskKeys(new Counting());
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, keys.next());
        }
    }

    @Test
    void theSourceIsAskedOnceIn256Keys() {
        Counting source = new Counting();
        MaskKeys keys = new MaskKeys(source);
        assertEquals(0, source.draws, "nothing is drawn before it is needed");
        for (int i = 0; i < 256; i++) {
            keys.next();
        }
        assertEquals(1, source.draws);
        keys.next();
        assertEquals(2, source.draws);
    }

    @Test
    void aSourceThatFailsOnceGivesNoStaleKeys() {
        RandomGenerator source = new RandomGenerator() {
            private int draws;

            @Override
            public long nextLong() {
                return 0x0101010101010101L * draws;
            }

            @Override
            public void nextBytes(byte[] bytes) {
                draws++;
                if (draws == 2) {
                    throw new IllegalStateException("no entropy");
                }
                RandomGenerator.super.nextBytes(bytes);
            }
        };
        MaskKeys keys = new MaskKeys(source);
        for (int i = 0; i < 256; i++) {
            assertEquals(0x01010101, keys.next());
        }
        assertThrows(IllegalStateException.class, keys::next);
        assertEquals(0x03030303, keys.next());
    }

    @Test
    void threadsShareTheSupplyWithoutGettingAKeyTwice() throws Exception {
        MaskKeys keys = new MaskKeys(new Counting());
        Set<Integer> seen = Collections.synchronizedSet(new HashSet<>());
        Callable<Void> taker = () -> {
            for (int i = 0; i < 1000; i++) {
                assertTrue(seen.add(keys.next()));
            }
            return null;
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> result : threads.invokeAll(Collections.nCopies(8, taker))) {
                result.get();
            }
        }
        assertEquals(8000, seen.size());
        assertEquals(7999, Collections.max(seen));
    }

    @Test
    void keysOfTheDefaultSourceDiffer() {
        Set<Integer> seen = new HashSet<>();
        for (MaskKeys keys : List.of(new MaskKeys(), new MaskKeys(), MaskKeys.shared())) {
            for (int i = 0; i < 1000; i++) {
                seen.add(keys.next());
            }
        }
        // Ten collisions among 3000 of 2^32 values do not happen.
        assertTrue(seen.size() > 2990, () -> seen.size() + " different keys of 3000");
    }

    @Test
    void thereIsOneSharedSupply() {
        assertSame(MaskKeys.shared(), MaskKeys.shared());
    }

    @Test
    void aSourceIsNeeded() {
        assertThrows(NullPointerException.class, () -> new MaskKeys(null));
    }
}
