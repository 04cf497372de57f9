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
 * A sample server's TLS, read and ready.
 *
 * @param tls   for the server
 * @param description what was chosen, for the log
 * @param trust how a client comes to trust a certificate that was made on the spot: its options
 * @param files what was read, and may be replaced by somebody
 */
record ServerTls(Tls tls, String description, Optional<String> trust, List<Path> files) {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");
    private static final int PEM_LINE = 64;

    /**
     * Reads what the configuration names.
     *
     * @param description what was chosen, for the log
     * @param made   the certificate that was made on the spot, if one was
     * @param target where to write it
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
     * Says on standard error how to reach the server whose certificate is not known. The library has told its
     * fingerprint.
     */
    void tell(URI address) {
        trust.ifPresent(options -> LOG.log(System.Logger.Level.INFO,
                "= a client that trusts it: ./ws client " + address + " " + options));
    }
}
