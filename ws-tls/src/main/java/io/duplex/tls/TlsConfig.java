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
 * How TLS is spoken, by servers and clients: keys and certificates, whom to trust, which provider. It says
 * where things are; {@link Tls} reads them. Immutable.
 *
 * <p>TLS 1.3 and 1.2 only, with ciphers that authenticate and keys that are forgotten (AEAD, ECDHE). A client
 * verifies the server's name unless told otherwise.
 */
public final class TlsConfig {
    /** The default of {@link Builder#handshakeTimeout}: as long as all of the opening handshake. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    /**
     * What a client needs to reach servers on the Internet: the platform's authorities, the JDK's provider.
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
     * A builder with the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what TLS needs. Not thread-safe. */
    public static final class Builder {
        private TlsProvider provider = TlsProvider.JDK;
        private final List<KeySource> keys = new ArrayList<>();
        private TrustSource trust = new TrustSource.Platform();
        private Optional<SSLContext> context = Optional.empty();
        private ClientAuthentication clientAuthentication = ClientAuthentication.NONE;
        /** Empty for what fits the trust. */
        private Optional<Boolean> verifiesHostname = Optional.empty();
        private final Set<String> pins = new LinkedHashSet<>();
        private List<String> protocols = List.of("TLSv1.3", "TLSv1.2");
        private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
        private int handshakesAtOnce = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        private boolean resumption = true;
        private boolean acceptsClear;

        private Builder() {}

        /**
         * Whose TLS does the work. The default is {@link TlsProvider#JDK}.
         *
         * @param value the provider
         * @return this
         */
        public Builder provider(TlsProvider value) {
            provider = Objects.requireNonNull(value, "provider");
            return this;
        }

        /**
         * This end's key and certificate, in PEM files. A server may be given several and chooses by the name
         * that the client asks for (SNI); the first is for clients that name none of them.
         *
         * @param chain its certificate first, then those that vouch for it
         * @param key   PKCS#8, PKCS#1 or SEC1, not encrypted
         * @return this
         */
        public Builder certificate(Path chain, Path key) {
            return add(new KeySource.Pem(chain, key, Optional.empty()));
        }

        /**
         * As {@link #certificate(Path, Path)}, with an encrypted key.
         *
         * @param chain    its certificate first, then those that vouch for it
         * @param key      PKCS#8 or PKCS#1
         * @param password opens the key; copied
         * @return this
         */
        public Builder certificate(Path chain, Path key, char[] password) {
            return add(new KeySource.Pem(chain, key, Optional.of(password.clone())));
        }

        /**
         * All keys of a PKCS#12 or JKS file, as {@link #certificate(Path, Path)}.
         *
         * @param file     the key store; which kind it is, it says itself
         * @param password opens the file and its keys; copied
         * @return this
         */
        public Builder keyStore(Path file, char[] password) {
            return add(new KeySource.Store(file, password.clone()));
        }

        /**
         * A certificate for development, as {@link #certificate(Path, Path)}.
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
         * Trusts the certificates of PEM files, and no others. Without any such call, the platform's
         * authorities are trusted; of several, the last one decides.
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
         * traffic: for development only. A later call that names certificates to trust takes this back, and
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
         * A context that was made elsewhere, in place of provider, keys and trust, which must not be given
         * then.
         *
         * @param value an initialised context
         * @return this
         */
        public Builder sslContext(SSLContext value) {
            context = Optional.of(value);
            return this;
        }

        /**
         * Whether a server asks its clients for certificates. The default is
         * {@link ClientAuthentication#NONE}.
         *
         * @param value what it asks for
         * @return this
         */
        public Builder clientAuthentication(ClientAuthentication value) {
            clientAuthentication = Objects.requireNonNull(value, "clientAuthentication");
            return this;
        }

        /**
         * Whether a client checks that the certificate is for the host of the URI (RFC 9525). The default is
         * that it does, unless it accepts any certificate; without it any trusted certificate passes for any
         * host.
         *
         * @param value false to leave the name unchecked
         * @return this
         */
        public Builder verifyHostname(boolean value) {
            verifiesHostname = Optional.of(value);
            return this;
        }

        /**
         * Adds a key that a client accepts, besides what authorities say; as soon as there is one, all others
         * are refused. Pin a second key that is in reserve, or no client can connect on the day the first is
         * lost. A server with pins does not start: it would not check them.
         *
         * @param pin {@code sha256/} and the base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo,
         * as {@link Tls#pin} gives it
         * @return this
         * @throws IllegalArgumentException if it has another form
         */
        public Builder pin(String pin) {
            Pins.requireValid(pin);
            pins.add(pin);
            return this;
        }

        /**
         * Which versions are spoken. The default is both.
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
         * How long the TLS handshake may take, from the first moment of the connection on, TCP's included.
         * The opening handshake as a whole has its own deadline, whichever is earlier counts.
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
         * How many handshakes are computed at the same moment; others wait in line, within their deadline.
         * The default is one less than there are processors, and at least 1: a computation keeps the carrier
         * of a virtual thread, and one carrier stays free for the connections that are open.
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
         * Whether sessions are resumed, which spares the expensive half of a handshake. The default is that
         * they are.
         *
         * @param value false for a whole handshake each time
         * @return this
         */
        public Builder resumption(boolean value) {
            resumption = value;
            return this;
        }

        /**
         * Whether a server takes connections in clear on the same port, told from TLS by their first byte.
         * The default is that it does not.
         *
         * @param value true for {@code ws} and {@code wss} on one port
         * @return this
         */
        public Builder acceptClear(boolean value) {
            acceptsClear = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @return what was collected
         * @throws IllegalArgumentException if a context was given and something that it already decides
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
