package io.duplex.frame;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Unpredictable bytes, produced faster than by {@link SecureRandom}: AES in counter mode with a key from
 * there, which is the construction of CTR_DRBG (NIST SP 800-90A section 10.2.1) without its parameters. The
 * key is replaced every MiB, so a leaked key reveals little. Not thread-safe; holds no buffer of its own.
 */
final class Keystream implements RandomGenerator {
    private static final int KEY_BYTES = 32;
    private static final int BLOCK_BYTES = 16;
    private static final int BYTES_PER_KEY = 1 << 20;

    /**
     * The input of the cipher. Separate from the output: in place, the JDK's cipher would allocate a copy.
     */
    private static final byte[] ZEROS = new byte[1024];

    private final SecureRandom entropy;
    private final Cipher cipher;
    private int bytesLeft;

    Keystream(SecureRandom entropy) {
        this.entropy = entropy;
        try {
            this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES, which every Java platform must have", e);
        }
    }

    @Override
    public void nextBytes(byte[] bytes) {
        if (bytesLeft < bytes.length) {
            rekey();
        }
        bytesLeft -= bytes.length;
        try {
            for (int done = 0; done < bytes.length;) {
                int count = Math.min(bytes.length - done, ZEROS.length);
                done += cipher.update(ZEROS, 0, count, bytes, done);
            }
        } catch (ShortBufferException e) {
            throw new IllegalStateException("counter mode gives as many bytes as it takes", e);
        }
    }

    @Override
    public long nextLong() {
        byte[] bytes = new byte[Long.BYTES];
        nextBytes(bytes);
        return ByteBuffer.wrap(bytes).getLong();
    }

    private void rekey() {
        byte[] key = new byte[KEY_BYTES];
        byte[] counter = new byte[BLOCK_BYTES];
        entropy.nextBytes(key);
        entropy.nextBytes(counter);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refused a key of " + KEY_BYTES + " bytes", e);
        }
        bytesLeft = BYTES_PER_KEY;
    }
}
