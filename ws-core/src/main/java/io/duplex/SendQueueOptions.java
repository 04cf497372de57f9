package io.duplex;

/**
 * The send queue of one connection. A message is accepted while fewer than {@code limitBytes} are pending, so
 * that at most the limit and one message are held.
 *
 * @param limitBytes     the number of pending bytes at which the overflow policy applies; positive
 * @param highWaterBytes the high-water mark: above it {@code send} returns {@link
 *                       SendStatus#ABOVE_HIGH_WATER}, and a server stops reading from this peer; positive, at
 *                       most the limit
 * @param lowWaterBytes  the low-water mark: after {@link SendStatus#ABOVE_HIGH_WATER}, {@link
 *                       WebSocketHandler#onDrained} is called when at most this many bytes are pending; 0 for
 *                       an empty queue; at most {@code highWaterBytes}
 * @param overflow       the policy
 * @param pausesReading  whether reading pauses above the high-water mark. It does on servers, so that an echo
 *                       server's memory stays bounded whatever its peer does. It does not on clients: two
 *                       endpoints that both stop reading until the other reads would deadlock
 */
public record SendQueueOptions(long limitBytes, long highWaterBytes, long lowWaterBytes,
        OverflowPolicy overflow, boolean pausesReading) {
    /** For servers: 1 MiB, high water 64 KiB; the connection to a slow peer is closed. */
    public static final SendQueueOptions SERVER = new SendQueueOptions(1 << 20, 64 << 10,
            OverflowPolicy.CLOSE, true);
    /** For clients: 1 MiB, high water 64 KiB, the caller waits. */
    public static final SendQueueOptions CLIENT = new SendQueueOptions(1 << 20, 64 << 10,
            OverflowPolicy.BLOCK, false);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the limit or the high-water mark is not positive, or they are not
     *                                  in this order: low water, high water, limit
     */
    public SendQueueOptions {
        if (highWaterBytes < 1 || limitBytes < highWaterBytes) {
            throw new IllegalArgumentException(
                    "need 0 < highWaterBytes <= limitBytes, not " + highWaterBytes + " and " + limitBytes);
        }
        if (lowWaterBytes < 0 || lowWaterBytes > highWaterBytes) {
            throw new IllegalArgumentException(
                    "need 0 <= lowWaterBytes <= highWaterBytes, not " + lowWaterBytes + " and "
                            + highWaterBytes);
        }
        java.util.Objects.requireNonNull(overflow, "overflow");
    }

    /**
     * Options with a low-water mark of 0.
     *
     * @param limitBytes     the number of pending bytes at which the overflow policy applies
     * @param highWaterBytes the high-water mark
     * @param overflow       the policy
     * @param pausesReading  whether reading pauses above the high-water mark
     * @throws IllegalArgumentException if a size is not positive, or the high-water mark is above the limit
     */
    public SendQueueOptions(long limitBytes, long highWaterBytes, OverflowPolicy overflow,
            boolean pausesReading) {
        this(limitBytes, highWaterBytes, 0, overflow, pausesReading);
    }

    /**
     * Returns a copy with another limit; the marks are lowered to it if need be.
     *
     * @param bytes positive
     * @return a copy
     */
    public SendQueueOptions withLimitBytes(long bytes) {
        return new SendQueueOptions(bytes, Math.min(highWaterBytes, bytes), Math.min(lowWaterBytes, bytes),
                overflow, pausesReading);
    }

    /**
     * Returns a copy with another high-water mark; the low-water mark is lowered to it if need be.
     *
     * @param bytes positive, at most the limit
     * @return a copy
     */
    public SendQueueOptions withHighWaterBytes(long bytes) {
        return new SendQueueOptions(limitBytes, bytes, Math.min(lowWaterBytes, bytes), overflow,
                pausesReading);
    }

    /**
     * Returns a copy with another low-water mark.
     *
     * @param bytes 0 to the high-water mark
     * @return a copy
     */
    public SendQueueOptions withLowWaterBytes(long bytes) {
        return new SendQueueOptions(limitBytes, highWaterBytes, bytes, overflow, pausesReading);
    }

    /**
     * Returns a copy with another policy.
     *
     * @param policy the policy
     * @return a copy
     */
    public SendQueueOptions withOverflow(OverflowPolicy policy) {
        return new SendQueueOptions(limitBytes, highWaterBytes, lowWaterBytes, policy, pausesReading);
    }
}
