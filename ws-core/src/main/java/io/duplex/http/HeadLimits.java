package io.duplex.http;

/**
 * The maximum size of a message head. They bound the memory of a reader, whatever the peer sends.
 *
 * @param maxLineBytes the start line without its CRLF, 1 or more
 * @param maxFields the number of field lines, 0 or more
 * @param maxHeaderBytes all field lines with their CRLFs, 0 or more
 */
public record HeadLimits(int maxLineBytes, int maxFields, int maxHeaderBytes) {
    /** 8 KiB for the start line, 100 fields, 32 KiB for the header section. */
    public static final HeadLimits DEFAULT = new HeadLimits(8 * 1024, 100, 32 * 1024);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names it
     */
    public HeadLimits {
        atLeast(1, maxLineBytes, "maxLineBytes");
        atLeast(0, maxFields, "maxFields");
        atLeast(0, maxHeaderBytes, "maxHeaderBytes");
    }

    private static void atLeast(int minimum, int value, String name) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " is " + value + ", less than " + minimum);
        }
    }
}
