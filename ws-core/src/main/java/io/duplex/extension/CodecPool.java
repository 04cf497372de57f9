package io.duplex.extension;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A bounded stock of things that are dear to make and serve one message at a time: deflaters (some 260 KiB of native
 * memory each), inflaters (some 40 KiB) and scratch buffers. The one given back last is lent first, because its memory
 * is warm. What comes back when the stock is full is ended at once.
 *
 * <p>Any thread may call. The lock is a {@code ReentrantLock}, which does not pin a virtual thread, and is held for the
 * time of a push or a pop only.
 *
 * @param <T> what is pooled
 */
final class CodecPool<T> {
    /** At most 8 MiB of idle deflaters. More than this many messages are rarely in work at the same moment. */
    static final int MAX_IDLE = 32;

    /** Big enough that a call into native code is worth it, small enough to overshoot a message limit by little. */
    static final int SCRATCH_BYTES = 8 * 1024;

    private final Supplier<T> create;
    private final Consumer<T> reset;
    private final Consumer<T> end;
    private final int maxIdle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<T> idle = new ArrayDeque<>();
    private int lent;

    CodecPool(int maxIdle, Supplier<T> create, Consumer<T> reset, Consumer<T> end) {
        this.maxIdle = maxIdle;
        this.create = create;
        this.reset = reset;
        this.end = end;
    }

    static CodecPool<Deflater> deflaters(int level) {
        return new CodecPool<>(MAX_IDLE, () -> new Deflater(level, true), Deflater::reset, Deflater::end);
    }

    static CodecPool<Inflater> inflaters() {
        return new CodecPool<>(MAX_IDLE, () -> new Inflater(true), Inflater::reset, Inflater::end);
    }

    static CodecPool<byte[]> scratches() {
        return new CodecPool<>(MAX_IDLE, () -> new byte[SCRATCH_BYTES], scratch -> {}, scratch -> {});
    }

    /** Lends one, in the state of a new one. */
    T take() {
        T taken;
        lock.lock();
        try {
            lent++;
            taken = idle.pollFirst();
        } finally {
            lock.unlock();
        }
        return taken == null ? create.get() : taken;
    }

    /** Takes one back, in whatever state. The reset also drops its reference to the last input. */
    void giveBack(T item) {
        reset.accept(item);
        if (!keep(item)) {
            end.accept(item);
        }
    }

    private boolean keep(T item) {
        lock.lock();
        try {
            lent--;
            return idle.size() < maxIdle && idle.offerFirst(item);
        } finally {
            lock.unlock();
        }
    }

    /** How many are taken and not given back. */
    int lent() {
        lock.lock();
        try {
            return lent;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait in the pool. */
    int idle() {
        lock.lock();
        try {
            return idle.size();
        } finally {
            lock.unlock();
        }
    }
}
