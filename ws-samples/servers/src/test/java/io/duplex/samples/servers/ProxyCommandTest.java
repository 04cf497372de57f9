package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.server.WebSocketServer;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.bio.BioTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client command by way of an HTTP proxy. */
@Timeout(60)
class ProxyCommandTest {
    private static final String OPENED = "HTTP/1.1 200 Connection established\r\n\r\n";
    private static final String WHO =
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"out\"\r\n"
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n";

    @TempDir
    private static Path folder;
    private static KeyFiles identity;
    private static WebSocketServer secure;
    private static WebSocketServer clear;

    @BeforeAll
    static void start() throws Exception {
        identity = KeyFiles.make(folder, "server", "ip:127.0.0.1");
        Tls tls =
                Tls.of(TlsConfig.builder().certificate(identity.certificate(), identity.key()).build());
        secure = server().secure(tls).start();
        clear = server().start();
    }

    private static WebSocketServer.Builder server() {
        return WebSocketServer.builder()
                .transport(new BioTransport())
                .bind("127.0.0.1", 0)
                .endpoint("/echo", new EchoHandler(Optional.empty()));
    }

    @AfterAll
    static void stop() {
        secure.close();
        clear.close();
    }

    private static Run client(WebSocketServer server, String... options) {
        String[] args = new String[options.length + 2];
        args[0] = "client";
        args[1] = server.uri("/echo").toString();
        System.arraycopy(options, 0, args, 2, options.length);
        return Run.with("hello\n", args);
    }

    @Test
    void tlsGoesThroughTheTunnelWithTheUsersName() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "sésame\n");
        try (TunnelProxy proxy = new TunnelProxy(OPENED)) {
            Run run = client(secure, "--proxy", proxy.url(), "--proxy-user", "me", "--proxy-password",
                    "file:" + password, "--cacert", identity.certificate().toString());
            assertEquals(new Run(0, "hello\n", ""), run);
            String head = proxy.heads.take();
            assertTrue(head.startsWith("CONNECT 127.0.0.1:" + secure.port() + " HTTP/1.1\r\n"), head);
            String credentials =
                    Base64.getEncoder().encodeToString("me:sésame".getBytes(StandardCharsets.UTF_8));
            assertTrue(head.contains("\r\nProxy-Authorization: Basic " + credentials + "\r\n"), head);
        }
    }

    @Test
    void saysThatTheProxyWantsToKnowWhoAsks() throws Exception {
        try (TunnelProxy proxy = new TunnelProxy(WHO)) {
            Run run = client(clear, "--proxy", proxy.url());
            assertEquals(1, run.code());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().contains("407") && run.err().contains(proxy.url()), run.err());
        }
    }

    @Test
    void saysThatTheProxyIsNotThere() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Run run = client(clear, "--proxy", "http://127.0.0.1:" + free);
        assertEquals(1, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("http://127.0.0.1:" + free), run.err());
    }

    @Test
    void takesTheProxyOfTheEnvironmentWhenToldTo() throws Exception {
        try (TunnelProxy proxy = new TunnelProxy(OPENED)) {
            ProcessBuilder builder =
                    WsProcess.builder(List.of(), List.of("client", clear.uri("/echo").toString(),
                            "--proxy", "system"));
            builder.environment().keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
            builder.environment().put("http_proxy", proxy.url());
            Process process = builder.redirectErrorStream(true).start();
            process.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().close();
            assertEquals("hello\n",
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertTrue(proxy.heads.take().startsWith("CONNECT 127.0.0.1:" + clear.port() + " "));
        }
    }

    /** Reads heads, gives each the same answer, and connects if that is 200. */
    private static final class TunnelProxy implements AutoCloseable {
        private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
        private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        private final String answer;

        TunnelProxy(String answer) throws IOException {
            this.answer = answer;
            Thread.ofVirtual().start(this::accept);
        }

        String url() {
            return "http://127.0.0.1:" + listening.getLocalPort();
        }

        private void accept() {
            while (true) {
                try {
                    Socket client = listening.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                String head = head(client.getInputStream());
                heads.add(head);
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                if (answer.startsWith("HTTP/1.1 200")) {
                    int port = Integer.parseInt(head.substring(head.indexOf(':') + 1, head.indexOf(" HTTP")));
                    try (Socket target = new Socket("127.0.0.1", port)) {
                        Thread back = Thread.ofVirtual().start(() -> pump(target, client));
                        pump(client, target);
                        back.join();
                    }
                }
            } catch (IOException | InterruptedException e) {
                // The client sees that its connection ends, and tells it.
            }
        }

        private static String head(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int read = in.read();
                if (read < 0) {
                    throw new IOException("the end in the middle of " + head);
                }
                head.append((char) read);
            }
            return head.toString();
        }

        private static void pump(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException e) {
                // As above.
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
