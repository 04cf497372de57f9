/** Blocking sockets for Duplex: one platform thread a connection. */
module io.duplex.transport.bio {
    requires transitive io.duplex.core;
}
