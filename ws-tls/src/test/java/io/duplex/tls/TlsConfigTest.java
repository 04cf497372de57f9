package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and certificates from where people have them, and what is said when they do not fit. */
class TlsConfigTest {
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    Path dir;

    private Path write(String name, Object... objects) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                if (object instanceof PemObjectGenerator generator) {
                    pem.writeObject(generator);
                } else {
                    pem.writeObject(object);
                }
            }
        }
        return Files.writeString(dir.resolve(name), text.toString());
    }

    private Path chain() throws IOException {
        return write("chain.pem", Peers.CERTIFICATE.certificate());
    }

    private void assertServes(TlsConfig.Builder config) throws IOException {
        Peers peers =
                new Peers(Peers.tls(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3")), Tls.of(config.build()));
        peers.connect();
        assertEquals("connected", peers.clientCalls().get(1));
    }

    private static String failure(TlsConfig.Builder config) {
        return assertThrows(IOException.class, () -> Tls.of(config.build())).getMessage();
    }

    @Test
    void aPlainPkcs8Key() throws Exception {
        Path key = write("key.pem", new JcaPKCS8Generator(Peers.CERTIFICATE.identity().key(), null));
        assertServes(TlsConfig.builder().certificate(chain(), key));
    }

    @Test
    void aTraditionalKey() throws Exception {
        ECPrivateKey secret = (ECPrivateKey) Peers.CERTIFICATE.identity().key();
        byte[] sec1 =
                new org.bouncycastle.asn1.sec.ECPrivateKey(256, secret.getS(), SECObjectIdentifiers.secp256r1)
                        .getEncoded();
        Path key = write("key.pem", (PemObjectGenerator) () -> new PemObject("EC PRIVATE KEY", sec1));
        assertTrue(Files.readString(key).startsWith("-----BEGIN EC PRIVATE KEY-----"));
        assertServes(TlsConfig.builder().certificate(chain(), key));
    }

    @Test
    void aTraditionalRsaKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Path key = write("key.pem", new JcaMiscPEMGenerator(pair.getPrivate()));
        assertTrue(Files.readString(key).startsWith("-----BEGIN RSA PRIVATE KEY-----"));
        assertArrayEquals(pair.getPrivate().getEncoded(), PemFiles.key(key, Optional.empty()).getEncoded());
    }

    private Path encryptedPkcs8() throws Exception {
        return write("key.pem", new JcaPKCS8Generator(Peers.CERTIFICATE.identity().key(),
                new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .setPassword(PASSWORD)
                        .build()));
    }

    private void assertOpensWithItsPasswordOnly(Path key) throws IOException {
        Path chain = chain();
        assertEquals("the password does not open the key in " + key,
                failure(TlsConfig.builder().certificate(chain, key, "wrong".toCharArray())));
        assertEquals("the key in " + key + " is encrypted, and no password was given",
                failure(TlsConfig.builder().certificate(chain, key)));
    }

    @Test
    void anEncryptedPkcs8KeyOpensWithItsPasswordOnly() throws Exception {
        Path key = encryptedPkcs8();
        assertServes(TlsConfig.builder().certificate(chain(), key, PASSWORD));
        assertOpensWithItsPasswordOnly(key);
    }

    @Test
    void anEncryptedTraditionalKeyOpensWithItsPasswordOnly() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Path key = write("key.pem", new JcaMiscPEMGenerator(pair.getPrivate(),
                new JcePEMEncryptorBuilder("AES-256-CBC").setProvider(new BouncyCastleProvider())
                        .build(PASSWORD)));
        assertArrayEquals(pair.getPrivate().getEncoded(),
                PemFiles.key(key, Optional.of(PASSWORD)).getEncoded());
        assertOpensWithItsPasswordOnly(key);
    }

    @ParameterizedTest
    @ValueSource(strings = { "PKCS12", "JKS" })
    void keyStoresOpenWithTheirPasswordOnly(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        Identity identity = Peers.CERTIFICATE.identity();
        store.setKeyEntry("key", identity.key(), PASSWORD, identity.chain().toArray(Certificate[]::new));
        Path file = dir.resolve("keys");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        assertServes(TlsConfig.builder().keyStore(file, PASSWORD));
        assertEquals("the password does not open " + file,
                failure(TlsConfig.builder().keyStore(file, "wrong".toCharArray())));
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedAtOnce() throws Exception {
        Path key = write("key.pem", new JcaPKCS8Generator(SelfSigned.of("x").identity().key(), null));
        assertTrue(failure(TlsConfig.builder().certificate(chain(), key)).startsWith(
                "the private key does not belong to the first certificate (CN=duplex.test) of " + key));
    }

    @Test
    void filesThatAreNotWhatTheyShouldBeAreNamed() throws Exception {
        Path key = write("key.pem", new JcaPKCS8Generator(Peers.CERTIFICATE.identity().key(), null));
        Path nothing = Files.writeString(dir.resolve("nothing.pem"), "hello");
        Path missing = dir.resolve("missing.pem");
        assertEquals("expected certificates in PEM form in " + nothing + ", but there is none",
                failure(TlsConfig.builder().certificate(nothing, key)));
        assertEquals("expected a private key in PEM form in " + nothing + ", but there is none",
                failure(TlsConfig.builder().certificate(chain(), nothing)));
        assertEquals("there is no file " + missing, failure(TlsConfig.builder().certificate(missing, key)));
        assertEquals("there is no file " + missing, failure(TlsConfig.builder().keyStore(missing, PASSWORD)));
        assertEquals("there is no file " + missing, failure(TlsConfig.builder().trust(missing)));
    }

    /** What parsers throw for such files is anything from NoSuchElementException to Bouncy Castle's own. */
    @Test
    void malformedFilesAreNamedWhateverTheParserThrows() throws Exception {
        Path key = write("key.pem", new JcaPKCS8Generator(Peers.CERTIFICATE.identity().key(), null));
        List<String> types = List.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PRIVATE KEY",
                "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY",
                "EC PARAMETERS",
                "PKCS7", "CERTIFICATE REQUEST", "X509 CRL", "PUBLIC KEY", "RSA PUBLIC KEY");
        List<String> bodies = List.of("", "%%%", "A", "AAAA", "MAA=", "MIIB", "/////w==", "MAMCAQE=", "BQA=",
                "MBQGByqGSM49AgEGCSqGSIb3DQEBAQ==",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC\n\nAAAA",
                "Proc-Type: 4,ENCRYPTED\n\nAAAA", "Proc-Type: 4,ENCRYPTED\nDEK-Info: X,ZZ\n\nAAAA");
        for (String type : types) {
            for (String body : bodies) {
                for (String end : List.of("-----END " + type + "-----\n", "")) {
                    Path bad = Files.writeString(dir.resolve("bad.pem"),
                            "-----BEGIN " + type + "-----\n" + body + "\n" + end);
                    for (TlsConfig.Builder config : List.of(TlsConfig.builder().certificate(bad, key),
                            TlsConfig.builder().certificate(chain(), bad),
                            TlsConfig.builder().certificate(chain(), bad, PASSWORD),
                            TlsConfig.builder().trust(bad))) {
                        String failure = failure(config);
                        assertTrue(failure.contains(bad.toString()), failure);
                    }
                }
            }
        }
    }

    @Test
    void malformedKeyStoresAreNamed() throws Exception {
        for (byte[] content : List.of(new byte[0], new byte[] { 0x30 }, new byte[] { 0x30, 3, 2, 1, 3 },
                new byte[] { (byte) 0xFE, (byte) 0xED, (byte) 0xFE, (byte) 0xED, 0, 0, 0, 2, 0, 0, 0, 1 })) {
            Path bad = Files.write(dir.resolve("bad.p12"), content);
            for (TlsConfig.Builder config : List.of(TlsConfig.builder().keyStore(bad, PASSWORD),
                    TlsConfig.builder().trustStore(bad, PASSWORD))) {
                String failure = failure(config);
                assertTrue(failure.contains(bad.toString()), failure);
            }
        }
    }

    // ---- the last trust decides

    @Test
    void theLastTrustDecidesWhetherTheNameIsVerified() throws Exception {
        TlsConfig.Builder builder = TlsConfig.builder().trustAnybody();
        assertFalse(builder.build().verifiesHostname);
        assertTrue(builder.trust(chain()).build().verifiesHostname);
        assertFalse(builder.trustAnybody().build().verifiesHostname);
        assertTrue(builder.trust(Peers.CERTIFICATE.certificate()).build().verifiesHostname);
        assertTrue(builder.trustAnybody().trustStore(chain(), PASSWORD).build().verifiesHostname);
        assertFalse(builder.verifyHostname(false).trust(chain()).build().verifiesHostname);
        assertTrue(builder.trustAnybody().verifyHostname(true).build().verifiesHostname);
    }

    @Test
    void aFileThatIsTrustedAfterEverybodyWasKeepsTheNameVerified() throws Exception {
        Tls client = Tls.of(TlsConfig.builder().trustAnybody().trust(chain()).build());
        Tls server = Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3"));
        Peers peers = new Peers(client, server, "elsewhere.test").connect();
        assertTrue(peers.clientCalls().get(1).startsWith("failure expected a certificate for elsewhere.test"),
                peers.clientCalls()::toString);
    }

    // ---- pins

    @Test
    void aServerWithPinsDoesNotStart() throws Exception {
        TlsConfig.Builder pinned =
                TlsConfig.builder()
                        .selfSigned(Peers.CERTIFICATE)
                        .pin(Tls.pin(Peers.CERTIFICATE.certificate()));
        Tls tls = Tls.of(pinned.build());
        IOException refused = assertThrows(IOException.class, tls::requireAccepting);
        assertTrue(refused.getMessage().contains("pins"), refused::getMessage);
        Tls serving = Tls.of(TlsConfig.builder().selfSigned(Peers.CERTIFICATE).build());
        serving.requireAccepting();
        assertThrows(IOException.class, () -> serving.reload(pinned.build()));
        assertEquals(Peers.CERTIFICATE.certificate(), serving.certificate().orElseThrow());
    }

    @Test
    void oneProcessorIsLeftToOpenConnections() {
        int processors = Runtime.getRuntime().availableProcessors();
        assertEquals(Math.max(1, processors - 1), TlsConfig.DEFAULT.handshakesAtOnce);
    }

    @Test
    void authoritiesComeFromPemFiles() throws Exception {
        Tls client = Tls.of(TlsConfig.builder().trust(chain()).build());
        Peers peers = new Peers(client, Peers.tls(Peers.serverConfig(TlsProvider.BC, "TLSv1.3"))).connect();
        assertEquals("connected", peers.clientCalls().get(1));
    }

    @Test
    void aReadyContextIsUsedAsItIs() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new javax.net.ssl.KeyManager[] {
            new CertificateChooser(List.of(Peers.CERTIFICATE.identity())) }, null, null);
        assertServes(TlsConfig.builder().sslContext(context));
    }

    @Test
    void aReadyContextTogetherWithKeysIsRefused() throws Exception {
        TlsConfig.Builder both =
                TlsConfig.builder().sslContext(SSLContext.getDefault()).selfSigned(Peers.CERTIFICATE);
        assertThrows(IllegalArgumentException.class, both::build);
    }

    @Test
    void aReloadThatFailsLeavesEverythingAsItWas() throws Exception {
        Path key = write("key.pem", new JcaPKCS8Generator(Peers.CERTIFICATE.identity().key(), null));
        Tls tls = Tls.of(TlsConfig.builder().certificate(chain(), key).build());
        Files.delete(key);
        assertThrows(IOException.class, tls::reload);
        assertEquals(Peers.CERTIFICATE.certificate(), tls.certificate().orElseThrow());
    }

    @Test
    void aReloadReadsTheFilesAgain() throws Exception {
        Path key = write("key.pem", new JcaPKCS8Generator(Peers.CERTIFICATE.identity().key(), null));
        Tls tls = Tls.of(TlsConfig.builder().certificate(chain(), key).build());
        SelfSigned other = SelfSigned.of("other");
        write("key.pem", new JcaPKCS8Generator(other.identity().key(), null));
        write("chain.pem", other.certificate());
        tls.reload();
        assertEquals(other.certificate(), tls.certificate().orElseThrow());
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        TlsConfig.Builder builder = TlsConfig.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.handshakeTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.handshakesAtOnce(0));
        assertThrows(IllegalArgumentException.class, () -> builder.protocols());
        assertThrows(IllegalArgumentException.class, () -> builder.protocols("TLSv1.1"));
        assertThrows(IllegalArgumentException.class, () -> SelfSigned.of());
    }

    @Test
    void theFingerprintIsThatOfBrowsers() {
        assertTrue(Peers.CERTIFICATE.fingerprint().matches("([0-9A-F]{2}:){31}[0-9A-F]{2}"));
    }
}
