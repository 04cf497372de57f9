package io.duplex.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Counts work: what {@link CountingLoader} puts calls to into the code that it loads. One unit is a method
 * that was entered, a
 * jump, or a byte that was copied, looked at or zeroed. Of one thread.
 */
public final class Work {
    private static long units;

    private Work() {}

    /** Starts to count. */
    public static void reset() {
        units = 0;
    }

    /**
     * The counts of an operation.
     *
     * @return units since {@link #reset}
     */
    public static long units() {
        return units;
    }

    /** A method was entered, or a jump may follow. */
    public static void step() {
        units++;
    }

    /**
     * So much is copied or zeroed.
     *
     * @param count elements
     */
    public static void copied(int count) {
        units += count;
    }

    /**
     * A string is searched, cut or compared.
     *
     * @param text the string
     */
    public static void scanned(String text) {
        units += text.length();
    }

    /** As the method of {@link String}. */
    public static int indexOf(String text, int c, int from) {
        int found = text.indexOf(c, from);
        units += Math.max(0, (found < 0 ? text.length() : found) - from);
        return found;
    }

    /** As the method of {@link Arrays}. */
    public static byte[] copyOfRange(byte[] bytes, int from, int to) {
        units += to - from;
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** As the method of {@link ByteBuffer}. */
    public static ByteBuffer put(ByteBuffer to, ByteBuffer from) {
        units += from.remaining();
        return to.put(from);
    }

    /** As the method of {@link ByteBuffer}. */
    public static ByteBuffer put(ByteBuffer to, int index, ByteBuffer from, int offset, int length) {
        units += length;
        return to.put(index, from, offset, length);
    }

    /** As the method of {@link ByteBuffer}. */
    public static ByteBuffer get(ByteBuffer from, byte[] to) {
        units += to.length;
        return from.get(to);
    }

    /** As the method of {@link ByteBuffer}. */
    public static ByteBuffer get(ByteBuffer from, byte[] to, int offset, int length) {
        units += length;
        return from.get(to, offset, length);
    }

    /** As the method of {@link ByteBuffer}. */
    public static ByteBuffer compact(ByteBuffer buffer) {
        units += buffer.remaining();
        return buffer.compact();
    }
}
