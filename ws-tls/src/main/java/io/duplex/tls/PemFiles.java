package io.duplex.tls;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/**
 * Reads PEM files: certificates, and keys as PKCS#8, PKCS#1 or SEC1, encrypted or not. Other content is
 * skipped.
 */
final class PemFiles {
    private PemFiles() {}

    /** A search in a file. */
    private interface Search<T> {
        T in(PEMParser parser) throws IOException, GeneralSecurityException;
    }

    /** The certificates of a file, in its order. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> found = search(file, "certificates", parser -> {
            List<X509Certificate> all = new ArrayList<>();
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                if (next instanceof X509CertificateHolder holder) {
                    all.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
            return all;
        });
        if (found.isEmpty()) {
            throw new IOException("expected certificates in PEM form in " + file + ", but there is none");
        }
        return found;
    }

    /** The first key of a file. */
    static PrivateKey key(Path file, Optional<char[]> password) throws IOException {
        return search(file, "a private key", parser -> {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                Optional<PrivateKeyInfo> info = keyInfo(next, file, password);
                if (info.isPresent()) {
                    return Optional.of(new JcaPEMKeyConverter().getPrivateKey(info.get()));
                }
            }
            return Optional.<PrivateKey>empty();
        }).orElseThrow(
                () -> new IOException(
                        "expected a private key in PEM form in " + file + ", but there is none"));
    }

    /** Parsers also throw unchecked exceptions for malformed input, and no exception names the file. */
    private static <T> T search(Path file, String wanted, Search<T> search) throws IOException {
        try (PEMParser parser = new PEMParser(open(file))) {
            return search.in(parser);
        } catch (Unusable e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new Unusable("expected " + wanted + " in PEM form in " + file + ", but it cannot be read: "
                    + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()), e);
        }
    }

    /** A failure whose message names the file. */
    private static final class Unusable extends IOException {
        private static final long serialVersionUID = 1;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static Reader open(Path file) throws IOException {
        try {
            return Files.newBufferedReader(file);
        } catch (NoSuchFileException e) {
            throw new Unusable("there is no file " + file, e);
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
                () -> new Unusable("the key in " + file + " is encrypted, and no password was given", null));
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
        return new Unusable("the password does not open the key in " + file, cause);
    }

    /** The JDK's providers lack the ciphers of old key files. */
    private static Provider bouncyCastle() {
        return new BouncyCastleProvider();
    }
}
