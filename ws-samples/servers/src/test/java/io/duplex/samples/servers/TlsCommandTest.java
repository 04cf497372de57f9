package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.server.Endpoint;
import io.duplex.server.OriginPolicy;
import io.duplex.server.WebSocketServer;
import io.duplex.tls.ClientAuthentication;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.tls.TlsProvider;
import io.duplex.transport.nio.NioTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client command against servers of TLS and in clear: what it says when it goes well, and when not. */
@Timeout(60)
class TlsCommandTest {
    @TempDir
    private static Path folder;
    private static KeyFiles good;
    private static KeyFiles otherName;
    private static KeyFiles expired;
    private static WebSocketServer secure;
    private static WebSocketServer mutual;
    private static WebSocketServer clear;
    private static final List<WebSocketServer> RUNNING = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        good = KeyFiles.make(folder, "good", "dns:localhost,ip:127.0.0.1");
        otherName = KeyFiles.make(folder, "other", "dns:example.com");
        expired = KeyFiles.make(folder, "expired", "ip:127.0.0.1", "-startdate", "-2d", "-validity", "1");
        secure = serve(Optional.of(config(good)));
        mutual = serve(Optional.of(config(good).clientAuthentication(ClientAuthentication.NEED)
                .trust(otherName.certificate())));
        clear = serve(Optional.empty());
    }

    @AfterAll
    static void stop() {
        RUNNING.forEach(WebSocketServer::close);
    }

    private static TlsConfig.Builder config(KeyFiles identity) {
        return TlsConfig.builder().certificate(identity.certificate(), identity.key());
    }

    private static WebSocketServer serve(Optional<TlsConfig.Builder> tls) throws IOException {
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .transport(new NioTransport(1))
                .bind("127.0.0.1", 0)
                .endpoint("/echo",
                        Endpoint.builder()
                                .origins(OriginPolicy.any())
                                .handler(new EchoHandler(Optional.empty()))
                                .build());
        if (tls.isPresent()) {
            builder.secure(Tls.of(tls.get().build()));
        }
        WebSocketServer server = builder.start();
        RUNNING.add(server);
        return server;
    }

    private static Run client(WebSocketServer server, String... options) {
        return client(server.uri("/echo").toString(), options);
    }

    private static Run client(String url, String... options) {
        List<String> args = new ArrayList<>(List.of("client", url));
        args.addAll(List.of(options));
        return Run.with("hello\n", args.toArray(String[]::new));
    }

    private static void assertFailsSaying(String sentence, Run run) {
        assertEquals(1, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("ws client: "), run.err());
        assertTrue(run.err().contains(sentence), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    private static String locked(KeyFiles identity, String password) throws IOException {
        return "file:" + Files.writeString(Files.createTempFile(folder, "password", ""), password + "\n");
    }

    // ---- what goes well -----------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({ "nio, jdk", "nio, bc", "bio, jdk", "bio, bc", "loom, jdk", "loom, bc" })
    void getsItsEchoOnEachTransportAndProvider(String transport, String provider) {
        Run run = client(secure, "--transport", transport, "--tls", provider, "--cacert",
                good.certificate().toString());
        assertEquals(new Run(0, "hello\n", ""), run);
    }

    @Test
    void showsTheSessionWhenVerbose() throws Exception {
        Run run = client(secure, "-v", "--cacert", good.certificate().toString());
        String line = run.err().lines().filter(l -> l.startsWith("= TLS: ")).findFirst().orElse(run.err());
        assertEquals("= TLS: TLSv1.3, TLS_AES_128_GCM_SHA256, peer CN=good, SHA-256 "
                + io.duplex.tls.SelfSigned.fingerprint(good.x509()), line);
    }

    @Test
    void believesAnybodyWhenToldTo() {
        assertEquals("hello\n", client(secure, "--insecure").out());
    }

    @Test
    void aPinMakesInsecureSafe() throws Exception {
        assertEquals("hello\n", client(secure, "--insecure", "--pin", Tls.pin(good.x509())).out());
        assertFailsSaying("to have one of the pinned keys, but it has sha256/",
                client(secure, "--insecure", "--pin", Tls.pin(otherName.x509())));
    }

    @Test
    void showsItsOwnCertificateFromEachKindOfFile() throws Exception {
        String trust = good.certificate().toString();
        String certificate = otherName.certificate().toString();
        assertEquals("hello\n",
                client(mutual, "--cacert", trust, "--cert", certificate, "--key", otherName.key().toString())
                        .out());
        String password = locked(otherName, KeyFiles.PASSWORD);
        assertEquals("hello\n",
                client(mutual, "--cacert", trust, "--cert", certificate, "--key",
                        otherName.lockedKey().toString(), "--key-password", password).out());
        assertEquals("hello\n", client(mutual, "--cacert", trust, "--keystore",
                otherName.store().toString(), "--key-password", password).out());
    }

    // ---- whom it does not believe -------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = { "jdk", "bc" })
    void saysThatNobodyVouchesForTheServer(String provider) {
        assertFailsSaying("; --cacert FILE says whom to trust", client(secure, "--tls", provider));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdk", "bc" })
    void saysThatTheCertificateHasExpired(String provider) throws Exception {
        assertFailsSaying("expected a certificate of 127.0.0.1",
                client(serve(Optional.of(config(expired))), "--tls", provider, "--cacert",
                        expired.certificate().toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdk", "bc" })
    void saysThatTheNameIsAnother(String provider) throws Exception {
        assertFailsSaying("expected a certificate for 127.0.0.1",
                client(serve(Optional.of(config(otherName))), "--tls", provider, "--cacert",
                        otherName.certificate().toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdk", "bc" })
    void saysThatTheServerWantsACertificate(String provider) {
        Run run = client(mutual, "--tls", provider, "--cacert", good.certificate().toString());
        assertFailsSaying("it wants another certificate of this end, or one at all", run);
    }

    // ---- the wrong port -----------------------------------------------------------------------------------

    @Test
    void saysThatThePortSpeaksTls() {
        assertFailsSaying(
                "400 Bad Request, saying \"This port speaks TLS, and the request came in clear: use https "
                        + "or wss.\"\n",
                client(secure.uri("/echo").toString().replace("wss:", "ws:")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdk", "bc" })
    void saysThatThePortIsInClear(String provider) {
        assertFailsSaying("to speak TLS, but it answered with \"HTTP/1.1 400 Bad Request\"; is it a ws port?",
                client(clear.uri("/echo").toString().replace("ws:", "wss:"), "--tls", provider));
    }

    // ---- files --------------------------------------------------------------------------------------------

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        String certificate = good.certificate().toString();
        String none = folder.resolve("none.pem").toString();
        Path text = Files.writeString(folder.resolve("text.pem"), "Dear Sir or Madam,\n");
        assertFailsSaying("there is no file " + none, client(secure, "--cacert", none));
        assertFailsSaying("expected certificates in PEM form in " + text,
                client(secure, "--cacert", text.toString()));
        assertFailsSaying("expected a private key in PEM form in " + text,
                client(secure, "--cert", certificate, "--key", text.toString()));
        assertFailsSaying("the private key does not belong to the first certificate (CN=good)",
                client(secure, "--cert", certificate, "--key", otherName.key().toString()));
        assertFailsSaying("there is no file " + none,
                client(secure, "--keystore", none, "--key-password", locked(good, "x")));
    }

    @Test
    void saysThatAPasswordIsWrongOrMissing() throws Exception {
        String certificate = good.certificate().toString();
        String key = good.lockedKey().toString();
        assertFailsSaying("is encrypted, and no password was given",
                client(secure, "--cert", certificate, "--key", key));
        assertFailsSaying("the password does not open the key in " + key,
                client(secure, "--cert", certificate, "--key", key, "--key-password", locked(good, "no")));
        assertFailsSaying("the password does not open " + good.store(),
                client(secure, "--keystore", good.store().toString(), "--key-password", locked(good, "no")));
        assertFailsSaying("--key-password: there is no file /nowhere",
                client(secure, "--cert", certificate, "--key", key, "--key-password", "file:/nowhere"));
        assertFailsSaying("--key-password: the environment has no variable DUPLEX_NO_SUCH",
                client(secure, "--cert", certificate, "--key", key, "--key-password", "env:DUPLEX_NO_SUCH"));
    }

    private static void assertServerFailsSaying(String sentence, String... options) {
        List<String> args = new ArrayList<>(List.of("echo", "--port", "0", "--tls", "jdk"));
        args.addAll(List.of(options));
        Run run = Run.of(args.toArray(String[]::new));
        assertEquals(1, run.code(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("ws echo: ") && run.err().contains(sentence), run.err());
    }

    @Test
    void aServerDoesNotStartWithAFileThatItCannotUse() throws Exception {
        String certificate = good.certificate().toString();
        assertServerFailsSaying("there is no file /nowhere.pem", "--cert", "/nowhere.pem", "--key",
                good.key().toString());
        assertServerFailsSaying("the private key does not belong to the first certificate (CN=good)",
                "--cert", certificate, "--key", otherName.key().toString());
        assertServerFailsSaying("the password does not open the key in " + good.lockedKey(), "--cert",
                certificate, "--key", good.lockedKey().toString(), "--key-password", locked(good, "no"));
        assertServerFailsSaying("expected certificates in PEM form in " + good.key(), "--client-auth", "need",
                "--cacert", good.key().toString());
        assertServerFailsSaying("--write-cert: /nowhere/cert.pem cannot be written", "--write-cert",
                "/nowhere/cert.pem");
        assertServerFailsSaying("unknown host: nowhere.invalid", "--host", "nowhere.invalid");
    }

    // ---- new certificates ---------------------------------------------------------------------------------

    @Test
    void aServerTakesTheCertificateThatHasChangedOnDiskWhenItFitsItsKey() throws Exception {
        Path certificate = Files.copy(good.certificate(), folder.resolve("live.pem"));
        Path key = Files.copy(good.key(), folder.resolve("live.key"));
        TlsConfig config =
                TlsConfig.builder().provider(TlsProvider.JDK).certificate(certificate, key).build();
        ServerTls tls =
                ServerTls.of(config, "jdk", Optional.empty(), Optional.empty(), List.of(certificate, key));
        CertificateWatch watch = new CertificateWatch(tls);
        for (String malformed : List.of("", "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nAAAA\n"
                        + "-----END RSA PRIVATE KEY-----\n")) {
            Files.writeString(certificate, malformed);
            watch.poll();
            watch.poll();
            assertEquals(good.x509(), tls.tls().certificate().orElseThrow());
        }
        Files.writeString(certificate, Files.readString(otherName.certificate()) + "\n");
        watch.poll();
        assertEquals(good.x509(), tls.tls().certificate().orElseThrow());
        Files.writeString(key, Files.readString(otherName.key()) + "\n");
        watch.poll();
        assertEquals(otherName.x509(), tls.tls().certificate().orElseThrow());
    }
}
