package io.duplex.transport.nio;

/** The ways in which a {@link NioTransport} accepts connections and distributes them to its event loops. */
public enum Accepting {
    /**
     * One listening socket and one thread, which assigns the connections to the loops in turn. The default.
     */
    ONE_ACCEPTOR,
    /**
     * For each loop a listening socket of its own on the same port (SO_REUSEPORT), with a thread that accepts
     * for that loop alone; the kernel distributes connections by a hash of their addresses. For servers whose
     * single acceptor cannot keep up, and to let several processes of the same user share a port. When a
     * socket closes, the connections in its backlog are reset, so {@code stop} may reset peers that have just
     * connected; and a port that another process already shares in this way is not reported as taken.
     * Internet addresses only, on platforms that support it: Linux, macOS, AIX, the BSDs.
     */
    REUSE_PORT
}
