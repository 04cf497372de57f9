package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/** A load for the comparison of servers. */
sealed interface Scenario {
    /** Returns the name in the table. */
    String title();

    /** Returns the unit of the count. */
    String unit();

    /** Returns the unit in the plural. */
    default String units() {
        return unit() + "s";
    }

    /** Prepares the load for a server; empty if it does not apply to this contestant. */
    Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException;

    private static String size(int bytes) {
        if (bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " bytes";
    }

    /** Messages of one size, with a fixed number in flight on each connection. */
    record Messages(int connections, int payloadBytes, int inFlight) implements Scenario {
        @Override
        public String title() {
            return connections + " × " + size(payloadBytes) + ", " + inFlight + " in flight";
        }

        @Override
        public String unit() {
            return "message";
        }

        @Override
        public Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException {
            if (payloadBytes > contestant.largestMessageBytes()) {
                return Optional.empty();
            }
            return Optional
                    .of(new EchoLoad(Dialer.to(contestant, server, Wire.ECHO, payloadBytes), connections,
                            inFlight));
        }
    }

    /** Messages of one size at a fixed rate, on one connection after the other. */
    record Paced(int connections, int payloadBytes, double perSecond) implements Scenario {
        @Override
        public String title() {
            return String.format(Locale.ROOT, "%d × %s, %,.0f/s", connections, size(payloadBytes), perSecond);
        }

        @Override
        public String unit() {
            return "message";
        }

        @Override
        public Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException {
            if (payloadBytes > contestant.largestMessageBytes()) {
                return Optional.empty();
            }
            return Optional.of(new PacedLoad(Dialer.to(contestant, server, Wire.ECHO, payloadBytes),
                    connections, perSecond));
        }
    }

    /** Messages of one size that the server sends to all connections, one after the other. */
    record FanOut(int connections, int payloadBytes) implements Scenario {
        @Override
        public String title() {
            return "broadcast of " + size(payloadBytes) + " to " + connections;
        }

        @Override
        public String unit() {
            return "delivery";
        }

        @Override
        public String units() {
            return "deliveries";
        }

        @Override
        public Optional<Load> on(Contestant contestant, InetSocketAddress server) throws IOException {
            if (contestant.kind() == Kind.RAW_BIO || contestant.kind() == Kind.RAW_LOOM) {
                return Optional.empty();
            }
            return Optional.of(new BroadcastLoad(
                    Dialer.to(contestant, server, Wire.BROADCAST, payloadBytes), connections));
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
            return Optional.of(new ConnectionStorm(Dialer.to(contestant, server, Wire.ECHO, 1), atOnce));
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
                    new Dialer(new Wire(contestant.kind(), Wire.ECHO, 1), server, Optional.of(tls)), atOnce);
            // The first connections cannot resume yet.
            load.run(1);
            long before = tls.certificates();
            load.run(1);
            boolean inFull = tls.certificates() - before == atOnce;
            return inFull == resumed ? Optional.empty() : Optional.of(load);
        }
    }
}
