package io.duplex;

/**
 * Watches connections beside their handlers: for counters, metrics, logs. Calls come from many threads,
 * inside the transport's path of each message: an implementation is thread-safe, quick, and does not throw.
 */
public interface ConnectionListener {
    /**
     * A connection opened.
     *
     * @param ws the connection
     */
    default void opened(WebSocket ws) {}

    /**
     * A message was received whole.
     *
     * @param ws    the connection
     * @param text  whether it is text
     * @param bytes its payload, after decompression
     */
    default void received(WebSocket ws, boolean text, long bytes) {}

    /**
     * A message was taken for sending.
     *
     * @param ws    the connection
     * @param text  whether it is text
     * @param bytes its payload, before compression
     */
    default void sent(WebSocket ws, boolean text, long bytes) {}

    /**
     * A message met a full outbound queue.
     *
     * @param ws     the connection
     * @param policy what happened then
     */
    default void overflowed(WebSocket ws, OverflowPolicy policy) {}

    /**
     * Something went wrong that ends the connection.
     *
     * @param ws    the connection
     * @param cause what
     */
    default void failed(WebSocket ws, Throwable cause) {}

    /**
     * Something went wrong that ends the connection, with its origin. The library calls this method; unless
     * overridden it calls {@link #failed(WebSocket, Throwable)}.
     *
     * @param ws     the connection
     * @param origin where the failure came from
     * @param cause  what
     */
    default void failed(WebSocket ws, FailureOrigin origin, Throwable cause) {
        failed(ws, cause);
    }

    /**
     * A connection ended, TCP included.
     *
     * @param ws   the connection
     * @param info how
     */
    default void closed(WebSocket ws, CloseInfo info) {}

    /**
     * A server refused an opening handshake or answered a plain HTTP request with an error.
     *
     * @param refusal who asked for what, and why it was refused
     */
    default void refused(Refusal refusal) {}
}
