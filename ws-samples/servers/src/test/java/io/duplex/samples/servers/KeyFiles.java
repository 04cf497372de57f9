package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A key and its certificate, in files of each kind that the command line takes, made by the JDK's keytool.
 *
 * @param certificate PEM
 * @param key         PEM, in clear
 * @param lockedKey   PEM, opened by {@link #PASSWORD}
 * @param store       PKCS#12, opened by it too
 */
record KeyFiles(Path certificate, Path key, Path lockedKey, Path store) {
    static final String PASSWORD = "open sesame";
    private static final String CIPHER = "PBEWithSHA1AndDESede";
    private static final String ALIAS = "key";

    /**
     * Makes one.
     *
     * @param folder where
     * @param name   what its files are called
     * @param san    what it is for, such as {@code dns:localhost,ip:127.0.0.1}
     * @param more   options of keytool
     */
    static KeyFiles make(Path folder, String name, String san, String... more) throws Exception {
        Path store = folder.resolve(name + ".p12");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias",
                ALIAS,
                "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + name, "-ext", "san=" + san));
        line.addAll(List.of(more));
        Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        return inPem(folder, name, store);
    }

    private static KeyFiles inPem(Path folder, String name, Path store)
            throws IOException, GeneralSecurityException {
        KeyStore loaded = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        byte[] key = loaded.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
        return new KeyFiles(
                pem(folder.resolve(name + ".pem"), "CERTIFICATE", loaded.getCertificate(ALIAS).getEncoded()),
                pem(folder.resolve(name + ".key"), "PRIVATE KEY", key),
                pem(folder.resolve(name + ".locked.key"), "ENCRYPTED PRIVATE KEY", locked(key)), store);
    }

    private static byte[] locked(byte[] key) throws IOException, GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(Cipher.ENCRYPT_MODE, SecretKeyFactory.getInstance(CIPHER)
                .generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
        return new EncryptedPrivateKeyInfo(cipher.getParameters(), cipher.doFinal(key)).getEncoded();
    }

    private static Path pem(Path file, String label, byte[] bytes) throws IOException {
        return Files.writeString(file, "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes) + "\n-----END "
                + label + "-----\n");
    }

    X509Certificate x509() throws Exception {
        return (X509Certificate) KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray())
                .getCertificate(ALIAS);
    }
}
