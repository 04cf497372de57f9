package io.duplex.transport;

import java.io.IOException;

/**
 * Puts a layer that secures a connection between its transport and the layer above. The core knows no TLS; a
 * server or client is given one of these. Thread-safe.
 */
public interface TransportSecurity {
    /**
     * The layer of a connection that a server accepted.
     *
     * @param above the layer to be secured, new
     * @return the layer to be given to the transport; {@link ByteLayer#connected} reaches {@code above} when
     * the peer has agreed
     */
    ByteLayer accepting(ByteLayer above);

    /**
     * The layer of a connection that a client opens.
     *
     * @param above the layer to be secured, new
     * @param host  whom the client wants to talk to, a name or a literal address without brackets; the peer
     *              must prove to be it
     * @param port  its port
     * @return the layer to be given to the transport
     */
    ByteLayer connecting(ByteLayer above, String host, int port);

    /**
     * Called once when a server starts, so that it fails there and not at its first connection.
     *
     * @throws IOException if {@link #accepting} cannot work, such as without a key; the message says what is
     * missing
     */
    void requireAccepting() throws IOException;
}
