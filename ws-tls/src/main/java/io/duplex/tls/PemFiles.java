package io.duplex.tls;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Reads PEM files: certificates, and keys as PKCS#8, PKCS#1 or SEC1, encrypted or not. Whatever else is in them is skipped. */
final class PemFiles {
    private PemFiles() {}

    /** The certificates of a file, in its order. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try (PEMParser parser = new PEMParser(open(file))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                if (next instanceof X509CertificateHolder holder) {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (CertificateException e) {
            throw new IOException("a certificate in " + file + " cannot be read: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new IOException("expected certificates in PEM form in " + file + ", but there is none");
        }
        return found;
    }

    /** The first key of a file. */
    static PrivateKey key(Path file, Optional<char[]> password) throws IOException {
        try (PEMParser parser = new PEMParser(open(file))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                Optional<PrivateKeyInfo> info = keyInfo(next, file, password);
                if (info.isPresent()) {
                    return new JcaPEMKeyConverter().getPrivateKey(info.get());
                }
            }
        }
        throw new IOException("expected a private key in PEM form in " + file + ", but there is none");
    }

    private static Reader open(Path file) throws IOException {
        try {
            return Files.newBufferedReader(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }

    private static Optional<PrivateKeyInfo> keyInfo(Object found, Path file, Optional<char[]> password)
            throws IOException {
        return switch (found) {
            case PrivateKeyInfo plain -> Optional.of(plain);
            case PEMKeyPair plain -> Optional.of(plain.getPrivateKeyInfo());
            case PKCS8EncryptedPrivateKeyInfo encrypted -> Optional
                    .of(decrypt(encrypted, file, required(password, file)));
            case PEMEncryptedKeyPair encrypted ->
                Optional.of(decrypt(encrypted, file, required(password, file)));
            default -> Optional.empty();
        };
    }

    private static char[] required(Optional<char[]> password, Path file) throws IOException {
        return password.orElseThrow(
                () -> new IOException("the key in " + file + " is encrypted, and no password was given"));
    }

    private static PrivateKeyInfo decrypt(PKCS8EncryptedPrivateKeyInfo encrypted, Path file, char[] password)
            throws IOException {
        try {
            return encrypted.decryptPrivateKeyInfo(
                    new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(bouncyCastle())
                            .build(password));
        } catch (PKCSException | OperatorCreationException | RuntimeException e) {
            throw wrongPassword(file, e);
        }
    }

    private static PrivateKeyInfo decrypt(PEMEncryptedKeyPair encrypted, Path file, char[] password)
            throws IOException {
        try {
            return encrypted.decryptKeyPair(
                    new JcePEMDecryptorProviderBuilder().setProvider(bouncyCastle()).build(password))
                    .getPrivateKeyInfo();
        } catch (IOException | RuntimeException e) {
            throw wrongPassword(file, e);
        }
    }

    private static IOException wrongPassword(Path file, Exception cause) {
        return new IOException("the password does not open the key in " + file, cause);
    }

    /** Old key files are encrypted in ways that the JDK's providers do not know. */
    private static Provider bouncyCastle() {
        return new BouncyCastleProvider();
    }
}
