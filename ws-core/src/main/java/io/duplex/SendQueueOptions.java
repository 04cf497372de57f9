package io.duplex;

/**
 * The outbound queue of one connection. A message is taken while less than {@code limitBytes} wait, so that
 * at most the limit and one message are held.
 *
 * @param limitBytes     from how many waiting bytes on the overflow policy acts; positive
 * @param highWaterBytes above how many waiting bytes {@code send} answers
 *                       {@link SendStatus#ABOVE_HIGH_WATER}, and a server stops reading from this peer;
 *                       positive, at most the limit
 * @param lowWaterBytes  once {@code send} has answered {@link SendStatus#ABOVE_HIGH_WATER}, {@link
 *                       WebSocketHandler#onDrained} comes when at most so many bytes wait; 0 for when all has
 *                       left; at most {@code highWaterBytes}
 * @param overflow       the policy
 * @param pausesReading  whether reading pauses while more than {@code highWaterBytes} wait. Servers do, so
 *                       that an echo server's memory stays bounded whatever its peer does; clients do not:
 *                       two ends that both stop reading until the other has read would wait for ever
 */
public record SendQueueOptions(long limitBytes, long highWaterBytes, long lowWaterBytes,
        OverflowPolicy overflow, boolean pausesReading) {
    /** For servers: 1 MiB, high water 64 KiB, a peer that stays slow is closed. */
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
     * @param limitBytes     from how many waiting bytes on the overflow policy acts
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
     * The same with another limit; the marks are lowered to it if need be.
     *
     * @param bytes positive
     * @return a copy
     */
    public SendQueueOptions withLimitBytes(long bytes) {
        return new SendQueueOptions(bytes, Math.min(highWaterBytes, bytes), Math.min(lowWaterBytes, bytes),
                overflow, pausesReading);
    }

    /**
     * The same with another high-water mark; the low-water mark is lowered to it if need be.
     *
     * @param bytes positive, at most the limit
     * @return a copy
     */
    public SendQueueOptions withHighWaterBytes(long bytes) {
        return new SendQueueOptions(limitBytes, bytes, Math.min(lowWaterBytes, bytes), overflow,
                pausesReading);
    }

    /**
     * The same with another low-water mark.
     *
     * @param bytes 0 to the high-water mark
     * @return a copy
     */
    public SendQueueOptions withLowWaterBytes(long bytes) {
        return new SendQueueOptions(limitBytes, highWaterBytes, bytes, overflow, pausesReading);
    }

    /**
     * The same with another policy.
     *
     * @param policy the policy
     * @return a copy
     */
    public SendQueueOptions withOverflow(OverflowPolicy policy) {
        return new SendQueueOptions(limitBytes, highWaterBytes, lowWaterBytes, policy, pausesReading);
    }
}
