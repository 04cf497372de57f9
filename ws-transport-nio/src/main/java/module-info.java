/** Selectors for Duplex: a few event loops carry all connections. */
module io.duplex.transport.nio {
    requires transitive io.duplex.core;
    // Nothing of it is named in the code; without it the JDK's sockets do not know TCP_KEEPIDLE and its like.
    requires jdk.net;

    exports io.duplex.transport.nio;

    provides io.duplex.transport.Transport with
            io.duplex.transport.nio.NioTransport;
}
