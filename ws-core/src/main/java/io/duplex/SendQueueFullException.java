package io.duplex;

/** The outbound queue is full; the message was not taken. */
public final class SendQueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit.
     *
     * @param limitBytes at least so many bytes wait
     */
    public SendQueueFullException(long limitBytes) {
        super("outbound queue full: its limit of " + limitBytes
                + " bytes (SendQueueOptions.limitBytes) is reached");
    }
}
