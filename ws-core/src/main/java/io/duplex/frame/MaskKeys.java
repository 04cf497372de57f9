package io.duplex.frame;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A supply of masking keys, one for each frame that a client sends. RFC 6455 section 5.3 requires a strong
 * source of entropy: an attacker that can predict a key can choose a payload that looks like HTTP to a cache
 * on the network path (section 10.3).
 *
 * <p>
 * Any number of threads may share an instance, and all connections should share {@link #shared()}: an
 * instance holds 1 KiB. Keys are drawn from the source 256 at a time. The lock is held for an array read, and
 * once in 256 keys for such a draw; it parks a virtual thread without pinning its carrier. Nothing is
 * allocated for a key.
 */
public final class MaskKeys {
    /**
     * One draw costs about the same for 4 bytes as for 1 KiB: mostly the source's own lock and a system call.
     */
    private static final int POOL_BYTES = 1024;

    private static volatile MaskKeys shared;

    private final ReentrantLock lock = new ReentrantLock();
    private final RandomGenerator source;
    private final ByteBuffer pool = ByteBuffer.allocate(POOL_BYTES).limit(0);

    /** Creates a supply from a keystream, with keys of the platform's default {@link SecureRandom}. */
    public MaskKeys() {
        this(new Keystream(new SecureRandom()));
    }

    /**
     * Creates a supply from another source, for tests that need predictable keys. Outside of tests the source
     * must be cryptographically strong. It is called under this object's lock only.
     *
     * @param source the source of the keys, read with {@link RandomGenerator#nextBytes}
     */
    public MaskKeys(RandomGenerator source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    /**
     * Returns the supply that all connections of this process share.
     *
     * @return always the same instance
     */
    public static MaskKeys shared() {
        MaskKeys made = shared;
        return made != null ? made : makeShared();
    }

    /**
     * Not a static initializer: after one failure, such as no file descriptor for the source of entropy, it
     * would fail for ever.
     */
    private static synchronized MaskKeys makeShared() {
        if (shared == null) {
            shared = new MaskKeys();
        }
        return shared;
    }

    /**
     * Draws a key.
     *
     * @return any value, 0 too, as {@link Mask} takes it
     */
    public int next() {
        lock.lock();
        try {
            if (!pool.hasRemaining()) {
                source.nextBytes(pool.array());
                pool.clear();
            }
            return pool.getInt();
        } finally {
            lock.unlock();
        }
    }
}
