/** Blocking sockets for Duplex: one platform thread a connection. */
// The loom transport is compiled after this module, so the compiler cannot see it here.
@SuppressWarnings("module")
module io.duplex.transport.bio {
    requires transitive io.duplex.core;
    // Not used in the code, but without it the JDK's sockets do not support TCP_KEEPIDLE and the like.
    requires jdk.net;

    exports io.duplex.transport.bio;
    exports io.duplex.transport.bio.driver to
            io.duplex.transport.loom;

    provides io.duplex.transport.Transport with
            io.duplex.transport.bio.BioTransport;
}
