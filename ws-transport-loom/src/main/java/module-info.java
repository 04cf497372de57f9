/** Virtual threads for Duplex: one a connection. */
module io.duplex.transport.loom {
    requires transitive io.duplex.core;
    requires io.duplex.transport.bio;

    exports io.duplex.transport.loom;

    provides io.duplex.transport.Transport with
            io.duplex.transport.loom.LoomTransport;
}
