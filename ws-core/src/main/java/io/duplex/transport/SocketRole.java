package io.duplex.transport;

/**
 * The three kinds of sockets that a WebSocket stack has; some {@link SocketOption}s concern one of them only.
 */
public enum SocketRole {
    /** A server's socket that accepts connections. */
    LISTENING,
    /** A server's end of one connection. It has much from the listening socket. */
    ACCEPTED,
    /** A client's end of one connection. */
    CONNECTING
}
