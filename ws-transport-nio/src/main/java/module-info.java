/** Selectors for Duplex: a few event loops carry all connections. */
module io.duplex.transport.nio {
    requires transitive io.duplex.core;
    // Not used in the code, but without it the JDK's sockets do not support TCP_KEEPIDLE and the like.
    requires jdk.net;

    exports io.duplex.transport.nio;

    provides io.duplex.transport.Transport with
            io.duplex.transport.nio.NioTransport;
}
