package io.duplex;

/** The outbound queue is full; the message was not taken. */
public final class SendQueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says how full the queue is.
     *
     * @param queuedBytes what waits
     * @param limitBytes  the limit
     */
    public SendQueueFullException(long queuedBytes, long limitBytes) {
        super("outbound queue full: " + queuedBytes + " bytes wait, the limit is " + limitBytes);
    }
}
