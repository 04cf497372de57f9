package io.duplex.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * The configuration of TLS for servers and clients: keys, certificates, trust, provider. It names files;
 * {@link Tls} reads them. Immutable.
 *
 * <p>TLS 1.3 and 1.2 only, with authenticated encryption and forward secrecy (AEAD, ECDHE). A client verifies
 * the server's name unless configured otherwise.
 */
public final class TlsConfig {
    /** The default of {@link Builder#handshakeTimeout}: the same as for the whole opening handshake. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    /**
     * For clients of servers on the Internet: the platform's authorities, the JDK's provider.
     */
    public static final TlsConfig DEFAULT = builder().build();

    final TlsProvider provider;
    final List<KeySource> keys;
    final TrustSource trust;
    final Optional<SSLContext> context;
    final ClientAuthentication clientAuthentication;
    final boolean verifiesHostname;
    final Set<String> pins;
    final List<String> protocols;
    final Duration handshakeTimeout;
    final int handshakesAtOnce;
    final boolean resumption;
    final boolean acceptsClear;

    private TlsConfig(Builder builder) {
        provider = builder.provider;
        keys = List.copyOf(builder.keys);
        trust = builder.trust;
        context = builder.context;
        clientAuthentication = builder.clientAuthentication;
        verifiesHostname = builder.verifiesHostname
                .orElse(!(builder.trust instanceof TrustSource.Anybody));
        pins = Set.copyOf(builder.pins);
        protocols = builder.protocols;
        handshakeTimeout = builder.handshakeTimeout;
        handshakesAtOnce = builder.handshakesAtOnce;
        resumption = builder.resumption;
        acceptsClear = builder.acceptsClear;
    }

    /**
     * Creates a builder with the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private TlsProvider provider = TlsProvider.JDK;
        private final List<KeySource> keys = new ArrayList<>();
        private TrustSource trust = new TrustSource.Platform();
        private Optional<SSLContext> context = Optional.empty();
        private ClientAuthentication clientAuthentication = ClientAuthentication.NONE;
        /** Unset: on, unless any certificate is trusted. */
        private Optional<Boolean> verifiesHostname = Optional.empty();
        private final Set<String> pins = new LinkedHashSet<>();
        private List<String> protocols = List.of("TLSv1.3", "TLSv1.2");
        private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
        private int handshakesAtOnce = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        private boolean resumption = true;
        private boolean acceptsClear;

        private Builder() {}

        /**
         * Sets the implementation of TLS. The default is {@link TlsProvider#JDK}.
         *
         * @param value the provider
         * @return this
         */
        public Builder provider(TlsProvider value) {
            provider = Objects.requireNonNull(value, "provider");
            return this;
        }

        /**
         * Adds a local key and certificate in PEM files. With several, a server chooses by the name that the
         * client asks for (SNI), and uses the first if none matches.
         *
         * @param chain the certificate first, then those of the authorities that issued it
         * @param key   PKCS#8, PKCS#1 or SEC1, not encrypted
         * @return this
         */
        public Builder certificate(Path chain, Path key) {
            return add(new KeySource.Pem(chain, key, Optional.empty()));
        }

        /**
         * Adds a key and certificate as {@link #certificate(Path, Path)} does, with an encrypted key.
         *
         * @param chain    the certificate first, then those of the authorities that issued it
         * @param key      PKCS#8 or PKCS#1
         * @param password opens the key; copied
         * @return this
         */
        public Builder certificate(Path chain, Path key, char[] password) {
            return add(new KeySource.Pem(chain, key, Optional.of(password.clone())));
        }

        /**
         * Adds all keys of a PKCS#12 or JKS file, as {@link #certificate(Path, Path)} does.
         *
         * @param file     the key store; its format is detected
         * @param password opens the file and its keys; copied
         * @return this
         */
        public Builder keyStore(Path file, char[] password) {
            return add(new KeySource.Store(file, password.clone()));
        }

        /**
         * Adds a certificate for development, as {@link #certificate(Path, Path)} does.
         *
         * @param certificate made by {@link SelfSigned#of}
         * @return this
         */
        public Builder selfSigned(SelfSigned certificate) {
            return add(new KeySource.Given(certificate.identity()));
        }

        private Builder add(KeySource source) {
            keys.add(source);
            return this;
        }

        /**
         * Trusts the certificates of PEM files, and no others. The default is the platform's authorities; of
         * several calls, the last one counts.
         *
         * @param files certificates of authorities, or of peers themselves
         * @return this
         */
        public Builder trust(Path... files) {
            trust = new TrustSource.Pem(List.of(files));
            return this;
        }

        /**
         * Trusts the certificates of a PKCS#12 or JKS file, and no others.
         *
         * @param file     the key store
         * @param password opens it; copied
         * @return this
         */
        public Builder trustStore(Path file, char[] password) {
            trust = new TrustSource.Store(file, password.clone());
            return this;
        }

        /**
         * Trusts these certificates, and no others.
         *
         * @param certificates of authorities, or of peers themselves
         * @return this
         */
        public Builder trust(X509Certificate... certificates) {
            trust = new TrustSource.Given(List.of(certificates));
            return this;
        }

        /**
         * Accepts any certificate for any host. Anyone on the network path can then read and change the
         * traffic: for development only. A later call that names certificates to trust replaces this one, and
         * host names are verified again.
         *
         * @return this
         */
        public Builder trustAnybody() {
            trust = new TrustSource.Anybody();
            verifiesHostname = Optional.empty();
            return this;
        }

        /**
         * Uses a context of the application instead of provider, keys and trust, which must not be set then.
         *
         * @param value an initialised context
         * @return this
         */
        public Builder sslContext(SSLContext value) {
            context = Optional.of(value);
            return this;
        }

        /**
         * Sets whether a server asks its clients for certificates. The default is
         * {@link ClientAuthentication#NONE}.
         *
         * @param value the requirement
         * @return this
         */
        public Builder clientAuthentication(ClientAuthentication value) {
            clientAuthentication = Objects.requireNonNull(value, "clientAuthentication");
            return this;
        }

        /**
         * Sets whether a client checks that the certificate is for the host of the URI (RFC 9525). The
         * default is true, unless any certificate is trusted. With false, any trusted certificate passes for
         * any host.
         *
         * @param value false to skip the check
         * @return this
         */
        public Builder verifyHostname(boolean value) {
            verifiesHostname = Optional.of(value);
            return this;
        }

        /**
         * Pins a key: with at least one pin, a client refuses all other keys, in addition to the check by
         * authorities. Pin a second key in reserve, or no client can connect once the first is lost. A server
         * with pins does not start, because it would not check them.
         *
         * @param pin {@code sha256/} and the base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo,
         * as {@link Tls#pin} gives it
         * @return this
         * @throws IllegalArgumentException if the pin has another format
         */
        public Builder pin(String pin) {
            Pins.requireValid(pin);
            pins.add(pin);
            return this;
        }

        /**
         * Sets the versions of TLS. The default is both.
         *
         * @param values {@code TLSv1.3}, {@code TLSv1.2}, or both
         * @return this
         * @throws IllegalArgumentException for anything else
         */
        public Builder protocols(String... values) {
            List<String> wanted = List.of(values);
            if (wanted.isEmpty() || !Set.of("TLSv1.3", "TLSv1.2").containsAll(wanted)) {
                throw new IllegalArgumentException("expected TLSv1.3, TLSv1.2 or both, not " + wanted);
            }
            protocols = wanted;
            return this;
        }

        /**
         * Sets the maximum duration of the TLS handshake, from the start of the connection, TCP's handshake
         * included. The opening handshake as a whole has its own deadline; the earlier one counts.
         *
         * @param value positive
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder handshakeTimeout(Duration value) {
            if (!value.isPositive()) {
                throw new IllegalArgumentException("handshakeTimeout must be positive: " + value);
            }
            handshakeTimeout = value;
            return this;
        }

        /**
         * Sets the maximum number of handshakes that are computed at the same time; others wait in a queue,
         * within their deadline. The default is one less than the number of processors, and at least 1: a
         * computation occupies the carrier of a virtual thread, and one carrier stays free for open
         * connections.
         *
         * @param value positive
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder handshakesAtOnce(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("handshakesAtOnce must be positive: " + value);
            }
            handshakesAtOnce = value;
            return this;
        }

        /**
         * Sets whether sessions are resumed, which saves the expensive half of a handshake. The default is
         * true.
         *
         * @param value false for a full handshake each time
         * @return this
         */
        public Builder resumption(boolean value) {
            resumption = value;
            return this;
        }

        /**
         * Sets whether a server accepts connections in clear on the same port, distinguished by their first
         * byte. The default is false.
         *
         * @param value true for {@code ws} and {@code wss} on one port
         * @return this
         */
        public Builder acceptClear(boolean value) {
            acceptsClear = value;
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @return a new configuration
         * @throws IllegalArgumentException if a context is set together with keys, trust or resumption
         */
        public TlsConfig build() {
            if (context.isPresent()
                    && (!keys.isEmpty() || !(trust instanceof TrustSource.Platform) || !resumption)) {
                throw new IllegalArgumentException(
                        "an SSLContext brings its own keys, trust and sessions; give the one or the other");
            }
            return new TlsConfig(this);
        }
    }
}
