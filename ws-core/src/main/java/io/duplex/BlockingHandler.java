package io.duplex;

/**
 * An application in blocking style: it owns a thread (a virtual one) for the life of the connection and reads
 * with {@link WebSocket#receive()}.
 */
@FunctionalInterface
public interface BlockingHandler {
    /**
     * Serves one connection. When it returns, the connection is closed with 1000 if it is still open.
     *
     * @param ws the open connection
     * @throws Exception closes the connection with 1011, and is logged, unless it is the
     *                   {@link ConnectionClosedException} of this connection
     */
    void handle(WebSocket ws) throws Exception;
}
