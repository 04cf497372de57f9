package io.duplex.samples.servers;

import io.duplex.tls.SelfSigned;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * TLS of a sample server, with its files loaded.
 *
 * @param tls   TLS for the server
 * @param description the configuration, for the log
 * @param trust the client's options to trust a generated certificate
 * @param files the files that were read and may be replaced
 */
record ServerTls(Tls tls, String description, Optional<String> trust, List<Path> files) {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");
    private static final int PEM_LINE = 64;

    /**
     * Reads the files of a configuration.
     *
     * @param description the configuration, for the log
     * @param made   the generated certificate, if any
     * @param target the file to write it to
     */
    static ServerTls of(TlsConfig config, String description, Optional<SelfSigned> made,
            Optional<Path> target, List<Path> files)
            throws IOException {
        Tls tls = Tls.of(config);
        if (made.isEmpty()) {
            return new ServerTls(tls, description, Optional.empty(), files);
        }
        X509Certificate certificate = made.get().certificate();
        if (target.isPresent()) {
            write(certificate, target.get());
            return new ServerTls(tls, description, Optional.of("--cacert " + target.get()), files);
        }
        return new ServerTls(tls, description, Optional.of("--insecure --pin " + Tls.pin(certificate)),
                files);
    }

    private static void write(X509Certificate certificate, Path target) throws IOException {
        try {
            String body = Base64.getMimeEncoder(PEM_LINE, new byte[] { '\n' })
                    .encodeToString(certificate.getEncoded());
            Files.writeString(target,
                    "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate without bytes: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("--write-cert: " + target + " cannot be written", e);
        }
    }

    /**
     * Logs the command of a client that trusts the generated certificate. The library has logged its
     * fingerprint.
     */
    void logAdvice(URI address) {
        trust.ifPresent(options -> LOG.log(System.Logger.Level.INFO,
                "= a client that trusts it: ./ws client " + address + " " + options));
    }
}
