package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private long nanos = 5;

    @Test
    void takesABurstAndThenTheRate() {
        TokenBucket bucket = new TokenBucket(3, 2, () -> nanos);
        assertTrue(bucket.take() && bucket.take() && bucket.take());
        assertFalse(bucket.take());
        nanos += 499_000_000;
        assertFalse(bucket.take());
        nanos += 1_000_001;
        assertTrue(bucket.take());
        assertFalse(bucket.take());
    }

    @Test
    void holdsNoMoreThanABurst() {
        TokenBucket bucket = new TokenBucket(2, 1000, () -> nanos);
        nanos += 3_600_000_000_000L;
        assertTrue(bucket.take() && bucket.take());
        assertFalse(bucket.take());
    }
}
