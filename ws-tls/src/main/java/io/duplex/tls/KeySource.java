package io.duplex.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A source of keys and certificates; read again at each reload. */
sealed interface KeySource {
    /** All identities of this source, at least one. */
    List<Identity> identities() throws IOException;

    /** A chain and a key in PEM files. */
    record Pem(Path chain, Path key, Optional<char[]> password) implements KeySource {
        @Override
        public List<Identity> identities() throws IOException {
            Identity identity = new Identity(PemFiles.key(key, password), PemFiles.certificates(chain));
            try {
                identity.requireMatch(key + " and " + chain);
            } catch (RuntimeException e) {
                throw new IOException("the key in " + key + " and the certificate in " + chain
                        + " cannot be used: " + e.getMessage(), e);
            }
            return List.of(identity);
        }
    }

    /** All keys of a PKCS#12 or JKS file. */
    record Store(Path file, char[] password) implements KeySource {
        @Override
        public List<Identity> identities() throws IOException {
            KeyStore store = load(file, password);
            List<Identity> found = new ArrayList<>();
            try {
                for (String alias : Collections.list(store.aliases())) {
                    if (store.isKeyEntry(alias)) {
                        found.add(identity(store, alias));
                    }
                }
            } catch (UnrecoverableKeyException e) {
                throw new IOException("the password does not open a key in " + file, e);
            } catch (GeneralSecurityException | RuntimeException e) {
                throw new IOException("a key in " + file + " cannot be read: " + e.getMessage(), e);
            }
            if (found.isEmpty()) {
                throw new IOException("expected a private key in " + file + ", but there is none");
            }
            return found;
        }

        private Identity identity(KeyStore store, String alias) throws GeneralSecurityException, IOException {
            Key key = store.getKey(alias, password);
            Certificate[] chain = store.getCertificateChain(alias);
            if (!(key instanceof PrivateKey secret) || chain == null) {
                throw new IOException(
                        "the entry " + alias + " of " + file + " is no private key with a certificate");
            }
            return new Identity(secret, Arrays.stream(chain).map(X509Certificate.class::cast).toList());
        }

        /** Loads a key store of either format, which is detected. */
        static KeyStore load(Path file, char[] password) throws IOException {
            try {
                if (!Files.exists(file)) {
                    throw new NoSuchFileException(file.toString());
                }
                return KeyStore.getInstance(file.toFile(), password);
            } catch (NoSuchFileException e) {
                throw new IOException("there is no file " + file, e);
            } catch (GeneralSecurityException | RuntimeException e) {
                throw new IOException(
                        "expected a PKCS#12 or JKS key store in " + file + ", but " + e.getMessage(), e);
            } catch (IOException e) {
                throw e.getCause() instanceof UnrecoverableKeyException
                        ? new IOException("the password does not open " + file, e)
                        : new IOException(file + " cannot be read: " + e.getMessage(), e);
            }
        }
    }

    /** An identity in memory. */
    record Given(Identity identity) implements KeySource {
        @Override
        public List<Identity> identities() {
            return List.of(identity);
        }
    }
}
