package io.duplex;

/**
 * Observes connections independently of their handlers: for counters, metrics, logs. It is called by many
 * threads, in the transport's path of each message: an implementation is thread-safe, quick, and does not
 * throw.
 */
public interface ConnectionListener {
    /**
     * A connection opened.
     *
     * @param ws the connection
     */
    default void opened(WebSocket ws) {}

    /**
     * A whole message was received.
     *
     * @param ws    the connection
     * @param text  whether it is text
     * @param bytes its payload, after decompression
     */
    default void received(WebSocket ws, boolean text, long bytes) {}

    /**
     * A message was accepted for sending.
     *
     * @param ws    the connection
     * @param text  whether it is text
     * @param bytes its payload, before compression
     */
    default void sent(WebSocket ws, boolean text, long bytes) {}

    /**
     * A message was sent while the send queue was full.
     *
     * @param ws     the connection
     * @param policy the policy that was applied
     */
    default void overflowed(WebSocket ws, OverflowPolicy policy) {}

    /**
     * A failure ends the connection.
     *
     * @param ws    the connection
     * @param cause the failure
     */
    default void failed(WebSocket ws, Throwable cause) {}

    /**
     * A failure ends the connection. The library calls this method; unless overridden it calls {@link
     * #failed(WebSocket, Throwable)}.
     *
     * @param ws     the connection
     * @param origin where the failure came from
     * @param cause  the failure
     */
    default void failed(WebSocket ws, FailureOrigin origin, Throwable cause) {
        failed(ws, cause);
    }

    /**
     * A connection ended, TCP included.
     *
     * @param ws   the connection
     * @param info how it ended
     */
    default void closed(WebSocket ws, CloseInfo info) {}

    /**
     * A server refused an opening handshake or answered a plain HTTP request with an error.
     *
     * @param refusal the request, and why it was refused
     */
    default void refused(Refusal refusal) {}
}
