package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** RFC 6455 section 5.3: keys from a strong source of entropy. */
class KeystreamTest {
    /** Gives the bytes 1, 1, 1…, then 2, 2, 2… at each draw, and counts the draws. */
    private static final class Counted extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private int draws;

        @Override
        public void nextBytes(byte[] bytes) {
            draws++;
            Arrays.fill(bytes, (byte) draws);
        }
    }

    @Test
    void isAesInCounterModeUnderTheDrawnKey() throws Exception {
        byte[] stream = new byte[100];
        new Keystream(new Counted()).nextBytes(stream);
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 1);
        byte[] counter = new byte[16];
        Arrays.fill(counter, (byte) 2);
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
        assertArrayEquals(cipher.doFinal(new byte[100]), stream);
    }

    @Test
    void whatTheArrayHeldBeforeDoesNotShow() {
        byte[] zeros = new byte[64];
        byte[] ones = new byte[64];
        Arrays.fill(ones, (byte) -1);
        new Keystream(new Counted()).nextBytes(zeros);
        new Keystream(new Counted()).nextBytes(ones);
        assertArrayEquals(zeros, ones);
    }

    @Test
    void theKeyIsReplacedEveryMebibyte() {
        Counted entropy = new Counted();
        Keystream stream = new Keystream(entropy);
        byte[] kibibyte = new byte[1024];
        for (int i = 0; i < 1024; i++) {
            stream.nextBytes(kibibyte);
        }
        assertEquals(2, entropy.draws, "one key and one counter");
        stream.nextBytes(kibibyte);
        assertEquals(4, entropy.draws);
    }

    @Test
    void twoStreamsDiffer() {
        byte[] first = new byte[32];
        byte[] second = new byte[32];
        new Keystream(new SecureRandom()).nextBytes(first);
        new Keystream(new SecureRandom()).nextBytes(second);
        assertFalse(Arrays.equals(first, second));
    }

    @Test
    void longsGoOnInTheStream() {
        Keystream stream = new Keystream(new Counted());
        long first = stream.nextLong();
        assertNotEquals(first, stream.nextLong());
        assertTrue(first != 0);
    }
}
