package io.duplex.noninterference;

/** Pseudo-random numbers (SplitMix64), the same for a seed on every JDK. For one thread. */
public final class Rolls {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    /**
     * A stream of numbers.
     *
     * @param seed decides all of them
     */
    public Rolls(long seed) {
        state = seed;
    }

    /**
     * Derives a seed, so that what is decided by it does not depend on how often others rolled.
     *
     * @param seed  any
     * @param index distinguishes what is derived from one seed
     * @return another seed
     */
    public static long mix(long seed, long index) {
        return scramble(seed + STEP * (index + 1));
    }

    private static long scramble(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /**
     * Starts another stream.
     *
     * @param seed decides all its numbers
     * @return this
     */
    public Rolls restart(long seed) {
        state = seed;
        return this;
    }

    /**
     * The next number.
     *
     * @return any 64 bits
     */
    public long next() {
        state += STEP;
        return scramble(state);
    }

    /**
     * A number from 0.
     *
     * @param bound positive
     * @return less than the bound
     */
    public int below(int bound) {
        return (int) ((next() >>> 33) % bound);
    }

    /**
     * A number from a range.
     *
     * @param least the least
     * @param most  the greatest, not below the least
     * @return one of them
     */
    public int between(int least, int most) {
        return least + below(most - least + 1);
    }

    /**
     * Decides about something that happens now and then.
     *
     * @param times positive
     * @return true once in so many times
     */
    public boolean oneIn(int times) {
        return below(times) == 0;
    }

    /**
     * Chooses.
     *
     * @param <T>    the kind of choice
     * @param values at least one
     * @return one of them
     */
    @SafeVarargs
    public final <T> T of(T... values) {
        return values[below(values.length)];
    }

    /**
     * Random bytes.
     *
     * @param count how many
     * @return a new array
     */
    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i += Long.BYTES) {
            long word = next();
            for (int j = i; j < Math.min(i + Long.BYTES, count); j++) {
                bytes[j] = (byte) word;
                word >>>= Byte.SIZE;
            }
        }
        return bytes;
    }
}
