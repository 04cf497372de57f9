/** Selectors for Duplex: a few event loops carry all connections. */
module io.duplex.transport.nio {
    requires transitive io.duplex.core;
}
