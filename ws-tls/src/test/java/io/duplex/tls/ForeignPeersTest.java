package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Patience;
import io.duplex.testkit.Recorder;
import io.duplex.transport.nio.NioTransport;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that are not ours, over real sockets: the JDK's client, OpenSSL's, and a peer that never speaks TLS.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignPeersTest {
    private static WebSocketServer server(TlsConfig.Builder config) throws IOException {
        return WebSocketServer.builder()
                .transport(new NioTransport(1))
                .bind("127.0.0.1", 0)
                .daemon(true)
                .secure(Peers.tls(config))
                .endpoint("/echo", new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket ws, String text) {
                        ws.send(text);
                    }
                })
                .start();
    }

    private static TlsConfig.Builder config(TlsProvider provider) {
        return Peers.serverConfig(provider, "TLSv1.3", "TLSv1.2");
    }

    @ParameterizedTest
    @EnumSource
    void theJdksClientGetsItsEcho(TlsProvider provider) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] { new TrustSource.TrustEverything() }, null);
        CompletableFuture<String> text = new CompletableFuture<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        try (WebSocketServer server = server(config(provider));
                HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            java.net.http.WebSocket ws = client.newWebSocketBuilder()
                    .buildAsync(server.uri("/echo"), new java.net.http.WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(java.net.http.WebSocket from, CharSequence data,
                                boolean last) {
                            text.complete(data.toString());
                            from.request(1);
                            return null;
                        }

                        @Override
                        public CompletionStage<?> onClose(java.net.http.WebSocket from, int code,
                                String reason) {
                            closed.complete(code);
                            return null;
                        }
                    })
                    .get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
            ws.sendText("hello", true).get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
            assertEquals("hello", text.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
            ws.sendClose(1000, "").get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
            assertEquals(1000, closed.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        }
    }

    private static String openssl(WebSocketServer server, String input, String... options) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("openssl", "s_client", "-connect", "127.0.0.1:" + server.port(),
                        "-servername", Peers.HOST, "-ign_eof");
        builder.command().addAll(java.util.List.of(options));
        Process process;
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("there is no openssl here");
            return "";
        }
        process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource
    void opensslGetsAnAnswerInBothVersions(TlsProvider provider) throws Exception {
        try (WebSocketServer server = server(config(provider))) {
            String request = "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            for (String version : new String[] { "-tls1_3", "-tls1_2" }) {
                String said = openssl(server, request, version, "-alpn", "http/1.1");
                assertTrue(said.contains("HTTP/1.1 404"), said);
                assertTrue(said.contains("ALPN protocol: http/1.1"), said);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensslIsRefusedInOlderVersions(TlsProvider provider) throws Exception {
        try (WebSocketServer server = server(config(provider))) {
            String said = openssl(server, "", "-tls1_1");
            assertTrue(said.contains("Cipher is (NONE)"), said);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoNeverSpeaksTlsIsGoneAtTheDeadline(TlsProvider provider) throws Exception {
        try (WebSocketServer server = server(config(provider).handshakeTimeout(Duration.ofMillis(200)));
                Socket silent = new Socket("127.0.0.1", server.port())) {
            silent.setSoTimeout(20_000);
            int read;
            try {
                read = silent.getInputStream().read();
            } catch (java.net.SocketException reset) {
                read = -1;
            }
            assertEquals(-1, read);
            Patience.await("the connection is gone", () -> server.connections().isEmpty());
        }
    }
}
