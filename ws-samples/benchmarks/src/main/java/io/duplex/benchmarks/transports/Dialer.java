package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Opens connections to one server.
 *
 * @param wire the bytes to send
 * @param server the server's address
 * @param tls the client's TLS; empty in clear
 */
record Dialer(Wire wire, InetSocketAddress server, Optional<ClientTls> tls) {
    /** Creates a dialer for a contestant, with full TLS handshakes. */
    static Dialer to(Contestant contestant, InetSocketAddress server, String path,
            int payloadBytes) {
        Optional<ClientTls> tls = contestant.security() == Security.CLEAR
                ? Optional.empty()
                : Optional.of(new ClientTls("TLSv1.3", false));
        return new Dialer(new Wire(contestant.kind(), path, payloadBytes), server, tls);
    }

    /** Connects, and sends the first bytes; {@link Client#goOn} is next. */
    Client begin() throws IOException {
        return Client.begin(this);
    }

    /** Returns an open connection. */
    Client open() throws IOException {
        Client client = begin();
        client.goOn();
        client.awaitOpen();
        return client;
    }
}
