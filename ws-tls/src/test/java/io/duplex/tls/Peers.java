package io.duplex.tls;

import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.PlainLayer;
import io.duplex.transport.ByteLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Two ends that speak TLS in memory, of any provider and version, with a plain layer above each. */
final class Peers {
    static final String HOST = "duplex.test";
    static final SelfSigned CERTIFICATE = SelfSigned.of(HOST, "localhost", "127.0.0.1");

    final PlainLayer client = new PlainLayer();
    final PlainLayer server = new PlainLayer();
    final MemoryLink link;

    /** Who speaks to whom. */
    record Pairing(TlsProvider client, TlsProvider server, String version) {
        /** Each provider with each, in each version. */
        static Stream<Pairing> all() {
            return Stream.of("TLSv1.3", "TLSv1.2")
                    .flatMap(version -> Stream.of(TlsProvider.values())
                            .flatMap(client -> Stream.of(TlsProvider.values())
                                    .map(server -> new Pairing(client, server, version))));
        }

        /** Each provider with itself, in each version. */
        static Stream<Pairing> alike() {
            return all().filter(pairing -> pairing.client == pairing.server);
        }

        Peers peers() {
            return new Peers(tls(clientConfig(client, version)), tls(serverConfig(server, version)));
        }

        Peers peers(UnaryOperator<ByteLayer> belowClient, UnaryOperator<ByteLayer> belowServer) {
            return new Peers(tls(clientConfig(client, version)), tls(serverConfig(server, version)),
                    belowClient,
                    belowServer);
        }

        @Override
        public String toString() {
            return client + " to " + server + ", " + version;
        }
    }

    static TlsConfig.Builder clientConfig(TlsProvider provider, String... versions) {
        return TlsConfig.builder().provider(provider).protocols(versions).trust(CERTIFICATE.certificate());
    }

    static TlsConfig.Builder serverConfig(TlsProvider provider, String... versions) {
        return TlsConfig.builder().provider(provider).protocols(versions).selfSigned(CERTIFICATE);
    }

    static Tls tls(TlsConfig.Builder config) {
        try {
            return Tls.of(config.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Peers(Tls client, Tls server) {
        this(client, server, HOST);
    }

    Peers(Tls client, Tls server, String host) {
        link = new MemoryLink(client.connecting(this.client, host, 443), server.accepting(this.server));
    }

    /** With something between each TLS layer and its transport. */
    Peers(Tls client, Tls server, UnaryOperator<ByteLayer> belowClient,
            UnaryOperator<ByteLayer> belowServer) {
        link = new MemoryLink(belowClient.apply(client.connecting(this.client, HOST, 443)),
                belowServer.apply(server.accepting(this.server)));
    }

    /** A server that speaks TLS, and a client that says what the test says. */
    static Peers withRawClient(Tls server) {
        return new Peers(server);
    }

    private Peers(Tls server) {
        link = new MemoryLink(client, server.accepting(this.server));
    }

    Peers connect() {
        link.connect();
        return this;
    }

    /** What the layers above heard, other than bytes. */
    List<String> clientCalls() {
        return client.calls();
    }

    List<String> serverCalls() {
        return server.calls();
    }
}
