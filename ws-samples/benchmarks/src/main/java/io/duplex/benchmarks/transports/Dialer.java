package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * How a client gets to a server, and what it says there.
 *
 * @param wire what it says
 * @param server where it listens
 * @param tls the client's end of TLS; empty in clear
 */
record Dialer(Wire wire, InetSocketAddress server, Optional<ClientTls> tls) {
    /** For a contestant, with a handshake of TLS in full each time. */
    static Dialer to(Contestant contestant, InetSocketAddress server, int payloadBytes) {
        Optional<ClientTls> tls = contestant.security() == Security.CLEAR
                ? Optional.empty()
                : Optional.of(new ClientTls("TLSv1.3", false));
        return new Dialer(new Wire(contestant.kind(), payloadBytes), server, tls);
    }

    /** Connects, and says the first words; {@link Client#goOn} is next. */
    Client begin() throws IOException {
        return Client.begin(this);
    }

    /** An open connection. */
    Client open() throws IOException {
        Client client = begin();
        client.goOn();
        client.awaitOpen();
        return client;
    }
}
