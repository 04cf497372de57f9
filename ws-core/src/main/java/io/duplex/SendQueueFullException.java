package io.duplex;

/** The send queue is full; the message was not accepted. */
public final class SendQueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit.
     *
     * @param limitBytes the limit, which the pending bytes have reached
     */
    public SendQueueFullException(long limitBytes) {
        super("send queue full: its limit of " + limitBytes
                + " bytes (SendQueueOptions.limitBytes) is reached");
    }
}
