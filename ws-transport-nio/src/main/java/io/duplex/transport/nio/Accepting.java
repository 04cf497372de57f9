package io.duplex.transport.nio;

/** How a {@link NioTransport} takes connections and spreads them over its event loops. */
public enum Accepting {
    /**
     * One listening socket and one thread, which deals the connections out to the loops in turn. The default.
     */
    ONE_ACCEPTOR,
    /**
     * For each loop a listening socket of its own on the same port (SO_REUSEPORT), with a thread that accepts
     * for that loop alone; the kernel spreads connections by a hash of their addresses. For servers whose one
     * acceptor cannot keep up, and to let several processes of the same user share a port. Connections that
     * wait to be accepted on a socket are reset when it closes, so {@code stop} may reset peers that have
     * just connected; and a port that another process shares in this way is not reported as taken. Internet
     * addresses only, on platforms that have it: Linux, macOS, AIX, the BSDs.
     */
    REUSE_PORT
}
