package io.duplex.tls;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Preparation;
import io.duplex.transport.TransportSecurity;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * TLS for servers and clients; pass it to their builders. One instance serves any number of them and all
 * their connections. Its keys and certificates can be replaced while they run. Thread-safe.
 */
public final class Tls implements TransportSecurity {
    private final HandshakeBudget budget;
    private volatile Engines engines;
    /** Set once a server uses this. */
    private volatile boolean serves;

    private Tls(Engines engines) {
        this.engines = engines;
        this.budget = new HandshakeBudget(engines.config().handshakesAtOnce);
    }

    /**
     * Reads the files of a configuration.
     *
     * @param config the configuration
     * @return a new instance, ready for connections
     * @throws IOException if a file cannot be read or used; the message names it and its expected content
     */
    public static Tls of(TlsConfig config) throws IOException {
        return new Tls(new Engines(config));
    }

    /**
     * Reads all files again, for new connections; open ones keep their keys and certificates.
     *
     * @throws IOException as {@link #of}; nothing changes then
     */
    public void reload() throws IOException {
        reload(engines.config());
    }

    /**
     * Replaces the configuration for new connections; open ones keep theirs. The limit of handshakes that are
     * computed at the same time does not change.
     *
     * @param config the configuration
     * @throws IOException as {@link #of}, and if a server uses this and could not start with the
     *                     configuration; nothing changes then
     */
    public void reload(TlsConfig config) throws IOException {
        Engines read = new Engines(config);
        if (serves) {
            requireServable(read);
        }
        engines = read;
    }

    /**
     * Returns the local certificate; of several, the one for clients whose requested name matches none.
     *
     * @return the certificate; empty if there is none, or if it is inside an {@code SSLContext}
     */
    public Optional<X509Certificate> certificate() {
        return engines.certificate();
    }

    /**
     * Returns the pin of a certificate's key, for {@link TlsConfig.Builder#pin}.
     *
     * @param certificate the certificate
     * @return {@code sha256/} and base64
     */
    public static String pin(X509Certificate certificate) {
        return Pins.of(certificate);
    }

    @Override
    public ByteLayer accepting(ByteLayer above) {
        Engines now = engines;
        if (!now.config().acceptsClear) {
            return server(now, above);
        }
        return new SniffingLayer(above, below -> server(now, below));
    }

    private TlsLayer server(Engines now, ByteLayer above) {
        return new TlsLayer(now.server(), above,
                new TlsParameters("the client", now.serverCheck(), now.config().handshakeTimeout,
                        now.halfCloses(),
                        budget));
    }

    @Override
    public ByteLayer connecting(ByteLayer above, String host, int port) {
        Engines now = engines;
        return new TlsLayer(now.client(host, port), above,
                new TlsParameters(host + ':' + port, now.clientCheck(host), now.config().handshakeTimeout,
                        now.halfCloses(), budget));
    }

    @Override
    public void requireAccepting() throws IOException {
        requireServable(engines);
        Preparation.loadOnly(Tls.class);
        engines.rehearse();
        serves = true;
    }

    private static void requireServable(Engines read) throws IOException {
        if (!read.canServe()) {
            throw new IOException(
                    "expected a key and a certificate to serve TLS with, but the TlsConfig has none; for "
                            + "development,"
                            + " selfSigned(SelfSigned.of(\"localhost\")) makes one");
        }
        if (!read.config().pins.isEmpty()) {
            throw new IOException(
                    "the TlsConfig of this server has pins, which only clients check; to choose among "
                            + "clients, use"
                            + " clientAuthentication and trust");
        }
    }
}
