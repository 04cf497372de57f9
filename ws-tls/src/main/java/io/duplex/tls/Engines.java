package io.duplex.tls;

import io.duplex.tls.TlsParameters.PeerCheck;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;

/**
 * Makes the engines of one configuration, whose files were read once. Immutable; a reload makes a new
 * instance.
 */
final class Engines {
    private static final System.Logger LOG = System.getLogger("io.duplex.tls");
    /** Authenticated encryption with forward secrecy only; AES first, which processors do in hardware. */
    private static final List<String> CIPHERS = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Given explicitly, because Bouncy Castle would otherwise look for one of its own provider. */
    static final SecureRandom RANDOM = new SecureRandom();

    private final TlsConfig config;
    private final List<Identity> identities;
    private final TrustManager[] trust;
    private final Provider provider;
    private final SSLContext context;
    private final String[] ciphers;

    /** Reads all files of the configuration. */
    Engines(TlsConfig config) throws IOException {
        this.config = config;
        this.provider = config.provider.provider();
        this.identities = identities(config);
        this.trust = config.context.isPresent() ? new TrustManager[0] : config.trust.managers(provider);
        this.context = config.context.isPresent() ? config.context.get() : newContext();
        Set<String> supported = Set.of(context.getSupportedSSLParameters().getCipherSuites());
        this.ciphers = CIPHERS.stream().filter(supported::contains).toArray(String[]::new);
    }

    private static List<Identity> identities(TlsConfig config) throws IOException {
        List<Identity> all = new ArrayList<>();
        for (KeySource source : config.keys) {
            all.addAll(source.identities());
        }
        all.forEach(identity -> log(identity.certificate()));
        return List.copyOf(all);
    }

    private static void log(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        boolean selfSigned =
                certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
        // A person verifies a self-signed certificate by its fingerprint.
        LOG.log(selfSigned ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
                () -> "= " + (selfSigned ? "self-signed " : "") + "certificate " + name + ", SHA-256 "
                        + SelfSigned.fingerprint(certificate));
        if (!Validity.isNow(certificate)) {
            LOG.log(System.Logger.Level.WARNING,
                    () -> "! peers will refuse this certificate: " + Validity.text(certificate));
        }
    }

    private SSLContext newContext() {
        try {
            SSLContext made = SSLContext.getInstance("TLS", provider);
            made.init(new KeyManager[] { new CertificateChooser(identities) }, trust,
                    RANDOM);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(provider.getName() + " cannot speak TLS: " + e.getMessage(), e);
        }
    }

    /** Sessions live in their context; without resumption, each connection has a context of its own. */
    private SSLContext context() {
        return config.resumption ? context : newContext();
    }

    TlsConfig config() {
        return config;
    }

    /**
     * The JDK's engines keep the directions apart in TLS 1.3 (RFC 8446 section 6.1); Bouncy Castle's do not.
     */
    boolean halfCloses() {
        return "SunJSSE".equals(context.getProvider().getName());
    }

    /** Whether there is a key for a server; a context of the application may lack one. */
    boolean canServe() {
        return !identities.isEmpty() || config.context.isPresent();
    }

    Optional<X509Certificate> certificate() {
        return identities.stream().findFirst().map(Identity::certificate);
    }

    /**
     * Makes the provider load its classes and algorithms. A context of the application is left alone.
     */
    void rehearse() {
        if (config.context.isEmpty()) {
            Rehearsal.of(provider, server());
        }
    }

    SSLEngine server() {
        SSLEngine engine = context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine);
        parameters.setUseCipherSuitesOrder(true);
        switch (config.clientAuthentication) {
            case NONE -> parameters.setNeedClientAuth(false);
            case WANT -> parameters.setWantClientAuth(true);
            case NEED -> parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    SSLEngine client(String host, int port) {
        SSLEngine engine = context().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine);
        serverName(host).ifPresent(name -> parameters.setServerNames(List.of(name)));
        if (config.verifiesHostname) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /**
     * The name for SNI, without a trailing dot (RFC 6066 section 3). Addresses, and names that no certificate
     * can have, are not sent.
     */
    private static Optional<SNIServerName> serverName(String host) {
        if (HostNames.isAddress(host)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(HostNames.withoutDot(host)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private SSLParameters parameters(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        Set<String> supported = Set.copyOf(Arrays.asList(engine.getSupportedProtocols()));
        parameters.setProtocols(config.protocols.stream().filter(supported::contains).toArray(String[]::new));
        parameters.setCipherSuites(ciphers);
        parameters.setApplicationProtocols(new String[] { "http/1.1" });
        return parameters;
    }

    /** The check of a client that has sent a certificate. */
    PeerCheck serverCheck() {
        if (config.clientAuthentication == ClientAuthentication.NONE || config.context.isPresent()
                || config.trust instanceof TrustSource.Anybody) {
            return PeerCheck.NONE;
        }
        return session -> {
            try {
                Validity.require((X509Certificate) session.getPeerCertificates()[0], "the client");
            } catch (SSLPeerUnverifiedException e) {
                // The client sent no certificate, and the provider accepted that.
            }
        };
    }

    /** The check of a server after the provider's own. */
    PeerCheck clientCheck(String host) {
        boolean trustsAnyCertificate =
                config.context.isPresent() || config.trust instanceof TrustSource.Anybody;
        if (trustsAnyCertificate && !config.verifiesHostname && config.pins.isEmpty()) {
            return PeerCheck.NONE;
        }
        return session -> {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            if (!trustsAnyCertificate) {
                Validity.require(certificate, host);
            }
            if (config.verifiesHostname) {
                HostNames.check(certificate, host);
            }
            if (!config.pins.isEmpty()) {
                Pins.check(certificate, config.pins, host);
            }
        };
    }
}
