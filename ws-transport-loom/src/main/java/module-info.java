/** Virtual threads for Duplex: one a connection. */
module io.duplex.transport.loom {
    requires transitive io.duplex.core;
    requires io.duplex.transport.bio;
}
