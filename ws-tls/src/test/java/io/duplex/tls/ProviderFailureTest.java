package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.tls.ProviderFailure.Alert;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.tls.AlertDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The failures that the real providers throw: a version that words them differently fails here. */
class ProviderFailureTest {
    private static final String HOST = Peers.HOST;

    private static SSLEngine client(TlsConfig.Builder config, String host) throws IOException {
        return new Engines(config.build()).client(host, 443);
    }

    private static SSLEngine server(TlsConfig.Builder config) throws IOException {
        return new Engines(config.build()).server();
    }

    /** Both engines shake hands in memory; answers the failures of the client and of the server. */
    private static List<Optional<ProviderFailure>> failures(SSLEngine client, SSLEngine server) {
        List<SSLEngine> engines = List.of(client, server);
        begin(client);
        begin(server);
        List<ByteBuffer> sent =
                List.of(ByteBuffer.allocate(1 << 17).flip(), ByteBuffer.allocate(1 << 17).flip());
        List<Optional<ProviderFailure>> failures =
                new ArrayList<>(List.of(Optional.empty(), Optional.empty()));
        for (int i = 0; i < 100; i++) {
            int self = i % 2;
            try {
                step(engines.get(self), sent.get(self), sent.get(1 - self));
            } catch (SSLException e) {
                if (failures.get(self).isEmpty()) {
                    failures.set(self, Optional.of(ProviderFailure.of(e)));
                }
            }
        }
        return failures;
    }

    private static void begin(SSLEngine engine) {
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private static void step(SSLEngine engine, ByteBuffer sent, ByteBuffer received) throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            sent.compact();
            try {
                engine.wrap(ByteBuffer.allocate(0), sent);
            } finally {
                sent.flip();
            }
        } else if (received.hasRemaining() && !engine.isInboundDone()) {
            engine.unwrap(received, ByteBuffer.allocate(1 << 17));
        }
    }

    private static ProviderFailure onClient(SSLEngine client, SSLEngine server) {
        return failures(client, server).get(0).orElseThrow();
    }

    private static ProviderFailure onServer(SSLEngine client, SSLEngine server) {
        return failures(client, server).get(1).orElseThrow();
    }

    static Stream<Peers.Pairing> alike() {
        return Peers.Pairing.alike();
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aCertificateForAnotherName(Peers.Pairing pairing) throws IOException {
        for (String host : List.of("other.test", "10.0.0.1")) {
            ProviderFailure failure = onClient(
                    client(Peers.clientConfig(pairing.client(), pairing.version()), host),
                    server(Peers.serverConfig(pairing.server(), pairing.version())));
            assertTrue(failure.otherName().isPresent(), failure.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("alike")
    void anUntrustedCertificate(Peers.Pairing pairing) throws IOException {
        List<Optional<ProviderFailure>> failures = failures(
                client(TlsConfig.builder().provider(pairing.client()).protocols(pairing.version()), HOST),
                server(Peers.serverConfig(pairing.server(), pairing.version())));
        ProviderFailure failure = failures.get(0).orElseThrow();
        assertTrue(failure.untrusted().isPresent(), failure.toString());
        assertFalse(failure.otherName().isPresent(), failure.toString());
        assertEquals(Optional.of(new Alert(true, AlertDescription.certificate_unknown)),
                failures.get(1).orElseThrow().alert());
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aMissingClientCertificate(Peers.Pairing pairing) throws IOException {
        ProviderFailure failure = onServer(
                client(Peers.clientConfig(pairing.client(), pairing.version()), HOST),
                server(Peers.serverConfig(pairing.server(), pairing.version())
                        .trust(Peers.CERTIFICATE.certificate())
                        .clientAuthentication(ClientAuthentication.NEED)));
        // Bouncy Castle's server in TLS 1.2 does not say more.
        boolean named = pairing.server() == TlsProvider.JDK || pairing.version().equals("TLSv1.3");
        assertEquals(named, failure.isClientCertificateMissing(), failure.toString());
        assertTrue(named || failure.isNothingInCommon(), failure.toString());
    }

    @ParameterizedTest
    @EnumSource
    void noVersionInCommon(TlsProvider provider) throws IOException {
        List<Optional<ProviderFailure>> failures =
                failures(client(Peers.clientConfig(provider, "TLSv1.2"), HOST),
                        server(Peers.serverConfig(provider, "TLSv1.3")));
        ProviderFailure server = failures.get(1).orElseThrow();
        assertTrue(server.isNothingInCommon(), server.toString());
        assertEquals(Optional.of(new Alert(true, AlertDescription.protocol_version)),
                failures.get(0).orElseThrow().alert());
    }

    @ParameterizedTest
    @EnumSource
    void noCipherSuiteInCommon(TlsProvider provider) throws IOException {
        SSLEngine client = client(Peers.clientConfig(provider, "TLSv1.2"), HOST);
        SSLEngine server = server(Peers.serverConfig(provider, "TLSv1.2"));
        limit(client, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        limit(server, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        List<Optional<ProviderFailure>> failures = failures(client, server);
        assertTrue(failures.get(1).orElseThrow().isNothingInCommon(), failures.toString());
        assertEquals(Optional.of(new Alert(true, AlertDescription.handshake_failure)),
                failures.get(0).orElseThrow().alert());
    }

    private static void limit(SSLEngine engine, String suite) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setCipherSuites(new String[] { suite });
        engine.setSSLParameters(parameters);
    }

    @Test
    void theJdkNamesNoAlertForAClientThatHasNothingToOffer() throws IOException {
        SSLEngine client = client(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3"), HOST);
        limit(client, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        SSLException thrown = assertThrows(SSLException.class, () -> {
            client.beginHandshake();
            client.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1 << 15));
        });
        assertTrue(ProviderFailure.of(thrown).isNothingInCommon(), thrown.toString());
    }
}
