/** WebSocket (RFC 6455, RFC 7692) without I/O: API, protocol and the transport SPI. */
// The modules that share the pools are compiled after this one, so the compiler cannot see them here.
@SuppressWarnings("module")
module io.duplex.core {
    exports io.duplex;
    exports io.duplex.client;
    exports io.duplex.extension;
    exports io.duplex.frame;
    exports io.duplex.http;
    exports io.duplex.internal.pool to
            io.duplex.tls,
            io.duplex.transport.bio;
    exports io.duplex.server;
    exports io.duplex.transport;

    uses io.duplex.transport.TransportSecurityProvider;
    uses io.duplex.transport.Transport;
}
