package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The one key and certificate with which all servers speak TLS, ours and others', for 127.0.0.1 and
 * localhost. Made once by the JDK's keytool; everybody trusts it and nothing else, so that names and trust
 * are checked as ever.
 */
final class TestCertificate {
    private static final char[] PASSWORD = "interop".toCharArray();
    private static final String ALIAS = "key";
    private static final TestCertificate MADE = make();

    private final KeyStore store;
    private final Path chain;
    private final Path key;

    private TestCertificate(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("key.p12");
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD),
                "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext",
                "san=ip:127.0.0.1,dns:localhost")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        store = KeyStore.getInstance(file.toFile(), PASSWORD);
        pem(chain, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
        pem(key, "PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded());
        Stream.of(key, chain, file, folder).forEach(path -> path.toFile().deleteOnExit());
    }

    private static TestCertificate make() {
        try {
            return new TestCertificate(Files.createTempDirectory("duplex-interop"));
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pem(Path file, String label, byte[] bytes) throws IOException {
        Files.writeString(file, "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes) + "\n-----END "
                + label + "-----\n");
    }

    /** The certificate in PEM form. */
    static Path chain() {
        return MADE.chain;
    }

    /** Its key in PEM form. */
    static Path key() {
        return MADE.key;
    }

    static X509Certificate x509() {
        try {
            return (X509Certificate) MADE.store.getCertificate(ALIAS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts the certificate only. */
    static X509TrustManager trust() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, x509());
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(trusted);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For servers with this certificate, and for clients that trust it. */
    static SSLContext context() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(MADE.store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new X509TrustManager[] { trust() }, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
