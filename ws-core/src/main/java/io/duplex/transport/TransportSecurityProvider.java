package io.duplex.transport;

import java.io.IOException;

/**
 * TLS for clients that were given none, found by {@link java.util.ServiceLoader}: who adds the module ws-tls
 * connects to {@code wss} without another word. Servers need a key and are always told.
 */
public interface TransportSecurityProvider {
    /**
     * TLS that believes the authorities of the platform and verifies the server's name.
     *
     * @return for a client that calls this once, at its first {@code wss} URI
     * @throws IOException if those authorities cannot be read
     */
    TransportSecurity trustingThePlatform() throws IOException;
}
