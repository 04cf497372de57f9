package io.duplex.transport;

/** The three kinds of sockets of a server or client; some {@link SocketOption}s concern one of them only. */
public enum SocketRole {
    /** A server's socket that accepts connections. */
    LISTENING,
    /** A server's end of one connection. It inherits options from the listening socket. */
    ACCEPTED,
    /** A client's end of one connection. */
    CONNECTING
}
