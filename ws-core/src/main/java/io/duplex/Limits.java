package io.duplex;

/**
 * The limits of one connection's memory and work. Each is checked before memory is allocated.
 *
 * @param maxMessageBytes over all fragments, after decompression, checked while the message grows; exceeding
 *                        it closes with 1009. It applies to streamed messages too
 * @param maxFrameBytes   the payload of one data frame, checked by its header; exceeding it closes with 1009
 * @param maxFragments    frames of one message, empty ones counted; exceeding it closes with 1008
 * @param maxDrainBytes   bytes that are drained after the connection has failed or closed, until the peer's
 *                        FIN; beyond it the connection is reset
 */
public record Limits(long maxMessageBytes, long maxFrameBytes, int maxFragments, long maxDrainBytes) {
    /**
     * 1 MiB a message and frame, 131,072 fragments (a conformance case sends 4 MiB in 64-byte fragments), 256
     * MiB drained.
     */
    public static final Limits DEFAULT = new Limits(1 << 20, 1 << 20, 131_072, 256 << 20);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is not positive, or a message could not be held in an array
     */
    public Limits {
        if (maxMessageBytes < 1 || maxFrameBytes < 1 || maxFragments < 1 || maxDrainBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (maxMessageBytes > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("maxMessageBytes is at most " + (Integer.MAX_VALUE - 64));
        }
    }

    /**
     * Returns a copy with another message limit, which also becomes the frame limit.
     *
     * @param bytes positive, less than 2 GiB
     * @return a copy
     */
    public Limits withMaxMessageBytes(long bytes) {
        return new Limits(bytes, bytes, maxFragments, maxDrainBytes);
    }

    /**
     * Returns a copy with another frame limit.
     *
     * @param bytes positive
     * @return a copy
     */
    public Limits withMaxFrameBytes(long bytes) {
        return new Limits(maxMessageBytes, bytes, maxFragments, maxDrainBytes);
    }

    /**
     * Returns a copy with another limit on the number of fragments.
     *
     * @param count positive
     * @return a copy
     */
    public Limits withMaxFragments(int count) {
        return new Limits(maxMessageBytes, maxFrameBytes, count, maxDrainBytes);
    }
}
