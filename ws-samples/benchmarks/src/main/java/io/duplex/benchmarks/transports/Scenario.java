package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A load that servers are compared under. */
sealed interface Scenario {
    /** Those of the table. */
    List<Scenario> ALL = List.of(new Messages(64, 64, 1), new Messages(32, 128, 16), new Connections(64));

    /** What the table calls it. */
    String title();

    /** What is counted. */
    String unit();

    /** Gets ready to put this load on a server. */
    Load on(InetSocketAddress server, Kind kind) throws IOException;

    /** Messages of one size, so many in flight on each of so many connections. */
    record Messages(int connections, int payloadBytes, int inFlight) implements Scenario {
        @Override
        public String title() {
            return connections + " × " + payloadBytes + " bytes, " + inFlight + " in flight";
        }

        @Override
        public String unit() {
            return "message";
        }

        @Override
        public Load on(InetSocketAddress server, Kind kind) throws IOException {
            return new EchoLoad(new Wire(kind, payloadBytes), server, connections, inFlight);
        }
    }

    /** Connections that are opened and closed, so many at a time. */
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
        public Load on(InetSocketAddress server, Kind kind) {
            return new ConnectionStorm(new Wire(kind, 1), server, atOnce);
        }
    }
}
