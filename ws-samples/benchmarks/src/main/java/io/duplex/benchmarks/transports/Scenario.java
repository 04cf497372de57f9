package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A load for the comparison of servers. */
sealed interface Scenario {
    /** Returns the name in the table. */
    String title();

    /** Returns the unit of the count. */
    String unit();

    /** Prepares the load for a server; empty if it does not apply to this contestant. */
    Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException;

    /** Messages of one size, with a fixed number in flight on each connection. */
    record Messages(int connections, int payloadBytes, int inFlight) implements Scenario {
        @Override
        public String title() {
            return connections + " × " + size() + ", " + inFlight + " in flight";
        }

        private String size() {
            if (payloadBytes % (1 << 20) == 0) {
                return (payloadBytes >> 20) + " MiB";
            }
            return payloadBytes % 1024 == 0 ? payloadBytes / 1024 + " KiB" : payloadBytes + " bytes";
        }

        @Override
        public String unit() {
            return "message";
        }

        @Override
        public Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException {
            return Optional
                    .of(new EchoLoad(Dialer.to(contestant, server, payloadBytes), connections, inFlight));
        }
    }

    /** Connections that are opened and closed, a fixed number at a time. */
    record Connections(int atOnce) implements Scenario {
        @Override
        public String title() {
            return "opened and closed, " + atOnce + " at a time";
        }

        @Override
        public String unit() {
            return "connection";
        }

        @Override
        public Optional<Load> on(Contestant contestant, InetSocketAddress server) {
            return Optional.of(new ConnectionStorm(Dialer.to(contestant, server, 1), atOnce));
        }
    }

    /**
     * Like {@link Connections}, with handshakes of one version of TLS, full or resumed. It does not apply to
     * contestants in clear or without resumption.
     */
    record Handshakes(int atOnce, String protocol, boolean resumed) implements Scenario {
        @Override
        public String title() {
            return "opened and closed, " + atOnce + " at a time, " + protocol.replace("v", " ")
                    + (resumed ? " resumed" : " in full");
        }

        @Override
        public String unit() {
            return "connection";
        }

        @Override
        public Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException {
            if (contestant.security() == Security.CLEAR) {
                return Optional.empty();
            }
            ClientTls tls = new ClientTls(protocol, resumed);
            Load load = new ConnectionStorm(
                    new Dialer(new Wire(contestant.kind(), 1), server, Optional.of(tls)), atOnce);
            // The first connections cannot resume yet.
            load.run(1);
            long before = tls.certificates();
            load.run(1);
            boolean inFull = tls.certificates() - before == atOnce;
            return inFull == resumed ? Optional.empty() : Optional.of(load);
        }
    }
}
