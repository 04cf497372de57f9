package io.duplex.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** A source of trusted certificates; read again at each reload. */
sealed interface TrustSource {
    /** The trust managers of the provider. */
    TrustManager[] managers(Provider provider) throws IOException;

    /**
     * The authorities of the platform: {@code javax.net.ssl.trustStore} or the JDK's {@code cacerts}.
     */
    record Platform() implements TrustSource {
        @Override
        public TrustManager[] managers(Provider provider) throws IOException {
            return of(provider, Optional.empty());
        }
    }

    /** The certificates of PEM files. */
    record Pem(List<Path> files) implements TrustSource {
        @Override
        public TrustManager[] managers(Provider provider) throws IOException {
            KeyStore store = empty();
            for (Path file : files) {
                add(store, PemFiles.certificates(file));
            }
            return naming(files.toString(), () -> of(provider, Optional.of(store)));
        }
    }

    /** The trusted entries of a PKCS#12 or JKS file. */
    record Store(Path file, char[] password) implements TrustSource {
        @Override
        public TrustManager[] managers(Provider provider) throws IOException {
            KeyStore store = KeySource.Store.load(file, password);
            return naming(file.toString(), () -> of(provider, Optional.of(store)));
        }
    }

    /** Certificates in memory. */
    record Given(List<X509Certificate> certificates) implements TrustSource {
        @Override
        public TrustManager[] managers(Provider provider) throws IOException {
            KeyStore store = empty();
            add(store, certificates);
            return of(provider, Optional.of(store));
        }
    }

    /** Any certificate, for development. */
    record Anybody() implements TrustSource {
        @Override
        public TrustManager[] managers(Provider provider) {
            return new TrustManager[] { new TrustEverything() };
        }
    }

    /** A factory of trust managers. */
    interface Managers {
        TrustManager[] make() throws IOException;
    }

    private static TrustManager[] naming(String files, Managers managers) throws IOException {
        try {
            return managers.make();
        } catch (IOException e) {
            throw new IOException(files + ": " + e.getMessage(), e);
        }
    }

    private static TrustManager[] of(Provider provider, Optional<KeyStore> store) throws IOException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX", provider);
            factory.init(store.orElse(null));
            return Arrays.stream(factory.getTrustManagers())
                    .map(TrustSource::explaining)
                    .toArray(TrustManager[]::new);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException("the trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager explaining(TrustManager made) {
        return made instanceof X509ExtendedTrustManager x509 ? new ExplainingTrustManager(x509) : made;
    }

    private static KeyStore empty() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java has no PKCS#12: " + e.getMessage(), e);
        }
    }

    private static void add(KeyStore store, List<X509Certificate> certificates) throws IOException {
        try {
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry("trusted-" + store.size(), certificate);
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException("a trusted certificate cannot be used: " + e.getMessage(), e);
        }
    }

    /** Trusts any certificate. Of the extended type, because providers add checks to others. */
    final class TrustEverything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
