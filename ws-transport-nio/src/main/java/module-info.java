/** Selectors for Duplex: a few event loops carry all connections. */
module io.duplex.transport.nio {
    requires transitive io.duplex.core;

    exports io.duplex.transport.nio;

    provides io.duplex.transport.Transport with
            io.duplex.transport.nio.NioTransport;
}
