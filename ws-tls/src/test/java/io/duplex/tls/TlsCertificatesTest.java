package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.PlainLayer;
import io.duplex.tls.Peers.Pairing;
import io.duplex.tls.TlsParameters.PeerCheck;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates and parameters that do not fit: one clear sentence each, on the side that can act on it. */
class TlsCertificatesTest {
    static Stream<Pairing> all() {
        return Pairing.all();
    }

    private static String failure(PlainLayer layer) {
        return layer.calls()
                .stream()
                .filter(call -> call.startsWith("failure"))
                .findFirst()
                .orElse("no failure");
    }

    private static Peers peers(Pairing pairing, TlsConfig.Builder client, TlsConfig.Builder server) {
        return new Peers(Peers.tls(client.provider(pairing.client()).protocols(pairing.version())),
                Peers.tls(server.provider(pairing.server()).protocols(pairing.version()))).connect();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aCertificateThatNobodyVouchesForIsNotTrusted(Pairing pairing) {
        Peers peers = peers(pairing, TlsConfig.builder(), TlsConfig.builder().selfSigned(Peers.CERTIFICATE));
        assertTrue(failure(peers.client).startsWith(
                "failure expected a certificate of duplex.test:443 that a trusted authority vouches for, "
                        + "but "),
                failure(peers.client));
        assertTrue(failure(peers.server).contains("it does not trust this end's certificate"),
                failure(peers.server));
    }

    @ParameterizedTest
    @MethodSource("all")
    void anExpiredCertificateIsRefused(Pairing pairing) {
        Instant now = Instant.now();
        SelfSigned old =
                SelfSigned.of(now.minus(9, ChronoUnit.DAYS), now.minus(1, ChronoUnit.DAYS), Peers.HOST);
        Peers peers = peers(pairing, TlsConfig.builder().trust(old.certificate()),
                TlsConfig.builder().selfSigned(old));
        assertTrue(failure(peers.client).startsWith(
                "failure expected a certificate of duplex.test that is valid now, but "),
                failure(peers.client));
    }

    private static Tls serving(Pairing pairing, Identity identity) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS", pairing.server().provider());
        context.init(new KeyManager[] { new CertificateChooser(List.of(identity)) }, null,
                new SecureRandom());
        return Peers.tls(TlsConfig.builder().sslContext(context).protocols(pairing.version()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatAnAuthorityVouchesForIsAcceptedInItsTimeOnly(Pairing pairing) throws Exception {
        Authority authority = new Authority();
        Tls client = Peers
                .tls(Peers.clientConfig(pairing.client(), pairing.version()).trust(authority.certificate()));
        Instant now = Instant.now();
        Peers current =
                new Peers(client, serving(pairing, authority.identity(now.plusSeconds(3600), Peers.HOST)));
        assertEquals("connected", current.connect().clientCalls().get(1));
        Peers old =
                new Peers(client, serving(pairing, authority.identity(now.minusSeconds(3600), Peers.HOST)));
        old.connect();
        assertTrue(failure(old.client)
                .startsWith("failure expected a certificate of duplex.test:443 that is valid"
                        + " now, but that of CN=duplex.test is valid from "),
                failure(old.client));
        Peers other =
                new Peers(client, serving(pairing, authority.identity(now.plusSeconds(3600), "other.test")));
        other.connect();
        assertTrue(failure(other.client).startsWith("failure expected a certificate for duplex.test"),
                failure(other.client));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aCertificateForAnotherNameIsRefused(Pairing pairing) {
        SelfSigned other = SelfSigned.of("other.test");
        Peers peers = peers(pairing, TlsConfig.builder().trust(other.certificate()),
                TlsConfig.builder().selfSigned(other));
        assertTrue(failure(peers.client).startsWith("failure expected a certificate for duplex.test"),
                failure(peers.client));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aNameIsNotCheckedByWhoSaysSo(Pairing pairing) {
        SelfSigned other = SelfSigned.of("other.test");
        Peers peers = peers(pairing, TlsConfig.builder().trust(other.certificate()).verifyHostname(false),
                TlsConfig.builder().selfSigned(other));
        assertEquals("connected", peers.clientCalls().get(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void whoTrustsAnybodyConnectsToAnybody(Pairing pairing) {
        Peers peers = peers(pairing, TlsConfig.builder().trustAnybody(),
                TlsConfig.builder().selfSigned(SelfSigned.of("other.test")));
        assertEquals("connected", peers.clientCalls().get(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingInCommonIsToldToBoth(Pairing pairing) {
        String other = pairing.version().equals("TLSv1.3") ? "TLSv1.2" : "TLSv1.3";
        Peers peers = new Peers(Peers.tls(Peers.clientConfig(pairing.client(), other)),
                Peers.tls(Peers.serverConfig(pairing.server(), pairing.version()))).connect();
        assertTrue(
                failure(peers.client).contains("in common")
                        || failure(peers.client).contains("both ends accept"),
                failure(peers.client));
        assertTrue(failure(peers.server)
                .startsWith("failure expected a TLS version, cipher suite and certificate"
                        + " that both ends accept, but there is none: "),
                failure(peers.server));
    }

    @ParameterizedTest
    @EnumSource
    void noCommonCipherIsToldToBoth(TlsProvider server) throws Exception {
        SSLEngine engine =
                new Engines(Peers.clientConfig(TlsProvider.JDK, "TLSv1.2").build()).client(Peers.HOST, 443);
        engine.setEnabledCipherSuites(new String[] { "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" });
        PlainLayer atClient = new PlainLayer();
        PlainLayer atServer = new PlainLayer();
        new MemoryLink(
                new TlsLayer(engine, atClient,
                        new TlsParameters("duplex.test:443", PeerCheck.NONE, Duration.ofSeconds(10), true,
                                new HandshakeBudget(1))),
                Peers.tls(Peers.serverConfig(server, "TLSv1.2")).accepting(atServer)).connect();
        assertTrue(failure(atClient).startsWith("failure duplex.test:443 refused the TLS handshake: "),
                failure(atClient));
        assertTrue(failure(atClient).endsWith(
                "the two ends have no TLS version, cipher suite or certificate in common"),
                failure(atClient));
        assertTrue(failure(atServer).startsWith("failure expected a TLS version, cipher suite and certificate"
                + " that both ends accept, but there is none: "), failure(atServer));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aClientWithoutTheCertificateThatIsNeededIsRefused(Pairing pairing) {
        Peers peers = peers(pairing, TlsConfig.builder().trust(Peers.CERTIFICATE.certificate()),
                TlsConfig.builder()
                        .selfSigned(Peers.CERTIFICATE)
                        .trust(SelfSigned.of("somebody").certificate())
                        .clientAuthentication(ClientAuthentication.NEED));
        // In TLS 1.2 a server may say no more than handshake_failure, and Bouncy Castle's tells itself no
        // more either.
        boolean tls12 = pairing.version().equals("TLSv1.2");
        boolean vague = pairing.server() == TlsProvider.BC && tls12;
        assertTrue(
                failure(peers.server).startsWith(vague
                        ? "failure expected a TLS version, cipher suite and certificate"
                        : "failure expected a certificate of the client, but it sent none"),
                failure(peers.server));
        assertTrue(failure(peers.client).contains(tls12
                ? "certificate in common"
                : "it wants another certificate of this end, or one at all"), failure(peers.client));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aClientMayLackTheCertificateThatIsWanted(Pairing pairing) {
        Peers peers = peers(pairing, TlsConfig.builder().trust(Peers.CERTIFICATE.certificate()),
                TlsConfig.builder()
                        .selfSigned(Peers.CERTIFICATE)
                        .trust(SelfSigned.of("somebody").certificate())
                        .clientAuthentication(ClientAuthentication.WANT));
        assertEquals("connected", peers.serverCalls().get(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aClientWithTheCertificateThatIsNeededComesIn(Pairing pairing) {
        SelfSigned mine = SelfSigned.of("me");
        Peers peers =
                peers(pairing, TlsConfig.builder().trust(Peers.CERTIFICATE.certificate()).selfSigned(mine),
                        TlsConfig.builder()
                                .selfSigned(Peers.CERTIFICATE)
                                .trust(mine.certificate())
                                .clientAuthentication(ClientAuthentication.NEED));
        assertEquals("connected", peers.serverCalls().get(1));
        assertEquals("connected", peers.clientCalls().get(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void onlyAPinnedKeyIsAccepted(Pairing pairing) {
        Peers right = peers(pairing,
                TlsConfig.builder()
                        .trust(Peers.CERTIFICATE.certificate())
                        .pin(Tls.pin(Peers.CERTIFICATE.certificate())),
                TlsConfig.builder().selfSigned(Peers.CERTIFICATE));
        assertEquals("connected", right.clientCalls().get(1));
        Peers wrong = peers(pairing,
                TlsConfig.builder()
                        .trust(Peers.CERTIFICATE.certificate())
                        .pin(Tls.pin(SelfSigned.of("another").certificate())),
                TlsConfig.builder().selfSigned(Peers.CERTIFICATE));
        assertTrue(
                failure(wrong.client)
                        .startsWith("failure expected duplex.test to have one of the pinned keys"),
                failure(wrong.client));
    }

    @Test
    void aPinThatIsNoneIsRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> TlsConfig.builder().pin("sha256/short"));
        assertThrows(IllegalArgumentException.class, () -> TlsConfig.builder().pin("md5/x"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theCertificateIsChosenByTheNameThatIsAskedFor(Pairing pairing) {
        SelfSigned a = SelfSigned.of("a.test");
        SelfSigned b = SelfSigned.of("*.b.test");
        Tls server = Peers.tls(TlsConfig.builder()
                .provider(pairing.server())
                .protocols(pairing.version())
                .selfSigned(a)
                .selfSigned(b));
        Tls client = Peers.tls(TlsConfig.builder()
                .provider(pairing.client())
                .protocols(pairing.version())
                .trust(a.certificate(), b.certificate()));
        assertEquals("connected", new Peers(client, server, "a.test").connect().clientCalls().get(1));
        assertEquals("connected", new Peers(client, server, "x.b.test").connect().clientCalls().get(1));
        String other = new Peers(client, server, "c.test").connect().clientCalls().get(1);
        assertTrue(other.contains("c.test"), other);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aNameThatCannotBeAskedForIsNotAskedFor(Pairing pairing) {
        Tls server = Peers.tls(Peers.serverConfig(pairing.server(), pairing.version()));
        Tls client = Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()).verifyHostname(false));
        for (String host : new String[] { "an_odd_name", "-", "127.0.0.1", "::1" }) {
            assertEquals("connected", new Peers(client, server, host).connect().clientCalls().get(1), host);
        }
        Tls verifying = Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()));
        assertEquals("connected", new Peers(verifying, server, "localhost").connect().clientCalls().get(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aReloadIsForNewConnectionsAndLeavesTheOldAlone(Pairing pairing) throws Exception {
        SelfSigned before = SelfSigned.of(Peers.HOST);
        SelfSigned after = SelfSigned.of(Peers.HOST);
        Tls server = Peers.tls(TlsConfig.builder()
                .provider(pairing.server())
                .protocols(pairing.version())
                .selfSigned(before));
        Tls oldClient = Peers
                .tls(Peers.clientConfig(pairing.client(), pairing.version()).trust(before.certificate()));
        Tls newClient =
                Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()).trust(after.certificate()));
        Peers old = new Peers(oldClient, server).connect();
        server.reload(TlsConfig.builder()
                .provider(pairing.server())
                .protocols(pairing.version())
                .selfSigned(after)
                .build());
        assertEquals("connected", new Peers(newClient, server).connect().clientCalls().get(1));
        assertEquals(after.certificate(), server.certificate().orElseThrow());
        old.client.send("still here");
        old.link.run();
        assertEquals("still here", old.server.received());
    }

    /** How many bytes a server sends for a handshake; its certificate is the most of them. */
    private static long second(Tls client, Tls server) {
        Peers first = new Peers(client, server).connect();
        first.client.end(io.duplex.transport.OutputState.END);
        first.link.run();
        Peers second = new Peers(client, server).connect();
        assertEquals("connected", second.clientCalls().get(1));
        return second.link.toClient().bytesRead() - first.link.toClient().bytesRead();
    }

    @ParameterizedTest
    @MethodSource("all")
    void sessionsAreResumedWhereTheProviderCan(Pairing pairing) {
        long more = second(Peers.tls(Peers.clientConfig(pairing.client(), pairing.version())),
                Peers.tls(Peers.serverConfig(pairing.server(), pairing.version())));
        // Bouncy Castle resumes nothing in TLS 1.3.
        boolean can = pairing.version().equals("TLSv1.2")
                || pairing.client() == TlsProvider.JDK && pairing.server() == TlsProvider.JDK;
        assertEquals(can, more < -200, "second handshake has so many bytes more: " + more);
    }

    @ParameterizedTest
    @MethodSource("all")
    void sessionsAreNotResumedByWhoSaysSo(Pairing pairing) {
        long byServer = second(Peers.tls(Peers.clientConfig(pairing.client(), pairing.version())),
                Peers.tls(Peers.serverConfig(pairing.server(), pairing.version()).resumption(false)));
        assertTrue(byServer > -200, "by the server: " + byServer);
        long byClient =
                second(Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()).resumption(false)),
                        Peers.tls(Peers.serverConfig(pairing.server(), pairing.version())));
        assertTrue(byClient > -200, "by the client: " + byClient);
    }
}
