package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.tls.SelfSigned;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The echo server in TLS as a process of its own: the ready line, what it says about its certificate, and -v.
 */
@Timeout(120)
class SecureEchoProcessTest {
    private static final Pattern READY =
            Pattern.compile("Listening on (wss://127\\.0\\.0\\.1:\\d+/echo) \\(nio\\)");
    private static final Pattern HINT =
            Pattern.compile("= a client that trusts it: \\./ws client (wss:\\S+) (.*)");

    @TempDir
    private Path folder;

    private static URI ready(BufferedReader out) throws Exception {
        String line = out.readLine();
        Matcher ready = READY.matcher(String.valueOf(line));
        assertTrue(ready.matches(), line);
        return URI.create(ready.group(1));
    }

    private static Process echo(String... options) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of("echo", "--port", "0"));
        line.addAll(List.of(options));
        return WsProcess.builder(List.of(), line).start();
    }

    /** Follows the advice of the server's standard error. */
    private static Run clientAsTold(URI address, BufferedReader err) throws Exception {
        Matcher hint = HINT.matcher("");
        while (!hint.matches()) {
            hint.reset(err.readLine());
        }
        assertEquals(address.toString(), hint.group(1));
        String[] options = hint.group(2).split(" ");
        String[] args = new String[options.length + 2];
        args[0] = "client";
        args[1] = address.toString();
        System.arraycopy(options, 0, args, 2, options.length);
        return Run.with("hello\n", args);
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdk", "bc" })
    void makesACertificateAndSaysHowToTrustIt(String provider) throws Exception {
        Process server = echo("--tls", provider);
        try (BufferedReader out = server.inputReader(); BufferedReader err = server.errorReader()) {
            URI address = ready(out);
            assertTrue(err.readLine()
                    .matches(
                            "= self-signed certificate CN=127.0.0.1, SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}"));
            assertEquals(new Run(0, "hello\n", ""), clientAsTold(address, err));
            assertTrue(server.toHandle().destroy());
            assertEquals(0, server.waitFor());
            assertEquals(List.of(), err.lines().toList());
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void writesItsCertificateForOthers() throws Exception {
        Path pem = folder.resolve("cert.pem");
        Process server = echo("--tls", "jdk", "--self-signed", "--write-cert", pem.toString());
        try (BufferedReader out = server.inputReader(); BufferedReader err = server.errorReader()) {
            URI address = ready(out);
            X509Certificate written = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(Files.newInputStream(pem));
            assertTrue(err.readLine().endsWith(SelfSigned.fingerprint(written)));
            assertEquals(new Run(0, "hello\n", ""), clientAsTold(address, err));
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void asksClientsForCertificatesAndShowsThemWhenVerbose() throws Exception {
        KeyFiles own = KeyFiles.make(folder, "server", "ip:127.0.0.1");
        KeyFiles other = KeyFiles.make(folder, "client", "dns:client");
        Process server =
                echo("--tls", "bc", "-v", "--client-auth", "need", "--cacert", other.certificate().toString(),
                        "--tls-also-clear", "--cert", own.certificate().toString(), "--key",
                        own.key().toString());
        try (BufferedReader out = server.inputReader(); BufferedReader err = server.errorReader()) {
            URI address = ready(out);
            Run run = Run.with("hello\n", "client", address.toString(), "--cacert",
                    own.certificate().toString(), "--cert", other.certificate().toString(), "--key",
                    other.key().toString());
            assertEquals(new Run(0, "hello\n", ""), run);
            String inClear = address.toString().replace("wss:", "ws:");
            assertEquals(new Run(0, "hello\n", ""), Run.with("hello\n", "client", inClear));
            assertTrue(server.toHandle().destroy());
            assertEquals(0, server.waitFor());
            List<String> log = err.lines().toList();
            assertTrue(log.stream().anyMatch(line -> line.contains("tls bc, client-auth need, also clear")),
                    log.toString());
            String fingerprint = SelfSigned.fingerprint(other.x509());
            assertTrue(
                    log.stream()
                            .anyMatch(line -> line.matches("= #1 TLS: TLSv1.3, \\S+, peer CN=client, SHA-256 "
                                    + fingerprint)),
                    log.toString());
        } finally {
            server.destroyForcibly();
        }
    }
}
