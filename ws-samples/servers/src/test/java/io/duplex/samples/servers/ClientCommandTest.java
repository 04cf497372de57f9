package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.Endpoint;
import io.duplex.server.OriginPolicy;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.transport.bio.BioTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClientCommandTest {
    private static final WebSocketHandler ECHO = new EchoHandler(Optional.of("bye"));
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws Exception {
        server = WebSocketServer.builder()
                .transport(new BioTransport())
                .bind("127.0.0.1", 0)
                .endpoint("/echo",
                        Endpoint.builder()
                                .handler(ECHO)
                                .extensions(List.of(PerMessageDeflate.create()))
                                .subprotocols((offered, request) -> offered.stream().findFirst())
                                .build())
                .endpoint("/headers", onOpen(ws -> {
                    ws.send(ws.request().headers().first("X-Test").orElse("none"));
                    ws.send(ws.request().headers().first("Origin").orElse("none"));
                    ws.close();
                }))
                .endpoint("/refuse", onOpen(ws -> ws.close(1008, "not you\u001b[2J")))
                .endpoint("/code", Endpoint.of(new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket ws, String text) {
                        ws.close(Integer.parseInt(text.substring("close ".length())), "");
                    }
                }))
                .endpoint("/abort", onOpen(WebSocket::abort))
                .start();
    }

    private static Endpoint onOpen(Consumer<WebSocket> action) {
        return Endpoint.builder().origins(OriginPolicy.any()).handler(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                action.accept(ws);
            }
        }).build();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Run client(String input, String path, String... options) {
        return Run.with(input, arguments(path, options));
    }

    private static String[] arguments(String path, String... options) {
        String[] args = new String[options.length + 2];
        args[0] = "client";
        args[1] = server.uri(path).toString();
        System.arraycopy(options, 0, args, 2, options.length);
        return args;
    }

    /** Input of a person who types nothing and does not go away. */
    private static InputStream silence() throws Exception {
        return new PipedInputStream(new PipedOutputStream());
    }

    @Test
    void setsAndShowsSocketOptionsAndSaysHowTheEndWent() {
        Run run = Run.with("a\n", "client", "-v", "--socket-option", "TCP_NODELAY=off", "--socket-option",
                "IP_TOS=0x10", "--close-mode", "acknowledged", server.uri("/echo").toString());
        assertEquals(0, run.code(), run.err());
        String socket =
                run.err().lines().filter(line -> line.startsWith("= socket: ")).findFirst().orElseThrow();
        assertTrue(socket.contains("TCP_NODELAY=off") && socket.contains("IP_TOS=0x10"), socket);
        assertTrue(run.err().strip().endsWith("clean, ACKNOWLEDGED"), run.err());
    }

    @Test
    void sendsLinesAndPrintsTheAnswers() {
        assertEquals(new Run(0, "one\n\nzwölf\n", ""), client("one\n\nzwölf", "/echo"));
    }

    @Test
    void printsAllThatWasSentBeforeTheEndOfInput() {
        String lines =
                IntStream.range(0, 20_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        assertEquals(new Run(0, lines, ""), client(lines, "/echo"));
        assertEquals(new Run(0, lines, ""), client(lines, "/echo", "--deflate"));
    }

    @Test
    void printsBinaryMessagesInHexadecimal() {
        assertEquals("<binary 5 bytes> 68 65 6c 6c 6f\n<binary 0 bytes>\n",
                client("hello\n\n", "/echo", "--binary").out());
        assertEquals("<binary 33 bytes> " + "61 ".repeat(32) + "…\n",
                client("a".repeat(33), "/echo", "--binary").out());
    }

    @Test
    void makesControlCharactersHarmlessOnATerminalOnly() {
        InputStream input = new ByteArrayInputStream("\u001b[2J\ttab\u0007".getBytes(StandardCharsets.UTF_8));
        assertEquals("\\u001b[2J\ttab\\u0007\n", Run.with(input, true, arguments("/echo")).out());
        assertEquals("\u001b[2J\ttab\u0007\n", client("\u001b[2J\ttab\u0007", "/echo").out());
    }

    @Test
    void endsWhenTheServerClosesThoughInputGoesOn() throws Exception {
        Run run = Run.with(silence(), false, arguments("/headers"));
        assertEquals(new Run(0, "none\nnone\n", ""), run);
    }

    @Test
    void sendsHeadersAndOrigin() throws Exception {
        Run run = client("", "/headers", "--header", "X-Test: a: b", "--origin", "https://example.com");
        assertEquals(new Run(0, "a: b\nhttps://example.com\n", ""), run);
    }

    @Test
    void showsHandshakeAndCloseWhenVerbose() {
        Run run = client("bye\n", "/echo", "-v", "--deflate", "--subprotocol", "a", "--subprotocol", "b");
        assertEquals(0, run.code());
        List<String> lines = run.err().lines().toList();
        assertEquals("> GET /echo HTTP/1.1", lines.getFirst());
        assertTrue(lines.contains("> Sec-WebSocket-Protocol: a, b"), run.err());
        assertTrue(lines.contains("< HTTP/1.1 101 Switching Protocols"), run.err());
        assertTrue(lines.contains("< Sec-WebSocket-Protocol: a"), run.err());
        assertTrue(
                lines.stream()
                        .anyMatch(line -> line.startsWith("< Sec-WebSocket-Extensions: permessage-deflate")),
                run.err());
        assertTrue(
                lines.getLast()
                        .matches(
                                "= closed by (the server|this end): sent 1000, received 1000, clean, "
                                        + "FIN_EXCHANGED"),
                run.err());
    }

    @Test
    void pingsWhenToldSo() {
        Run run = client("x\n", "/echo", "--ping");
        assertEquals("x\n", run.out());
        assertTrue(run.err().matches("= pong after \\d+[.]\\d{3} ms\\R"), run.err());
    }

    @Test
    void saysWhyTheServerClosed() throws Exception {
        Run run = Run.with(silence(), false, arguments("/refuse"));
        assertEquals(1, run.code());
        assertEquals("! the server closed with 1008 (policy violation): not you\\u001b[2J",
                run.err().strip());
    }

    @ParameterizedTest
    @CsvSource({ "1000, 0", "1001, 1", "1002, 1", "1003, 1", "1007, 1", "1008, 1", "1009, 1", "1010, 1",
        "1011, 1",
        "1012, 1", "1013, 1", "1014, 1", "3000, 1", "4999, 1" })
    void exitsWithOneAfterEveryCodeThatIsNotNormal(int closeCode, int exitCode) {
        Run run = client("close " + closeCode, "/code");
        assertEquals(exitCode, run.code(), run.err());
        assertEquals(exitCode == 1, run.err().startsWith("! the server closed with " + closeCode), run.err());
    }

    @Test
    void exitsWithZeroAfterACloseWithoutCode() throws Exception {
        try (RawServer raw = new RawServer()) {
            Thread.ofVirtual().start(() -> {
                try (RawSocket peer = raw.accept()) {
                    peer.write(RawSocket.acceptance(peer.readHead()), new byte[] { (byte) 0x88, 0 });
                    peer.readFrame();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Run run = Run.with(silence(), false, "client", "ws://127.0.0.1:" + raw.port() + "/");
            assertEquals(new Run(0, "", ""), run);
        }
    }

    @Test
    void saysWhichLineTheServerFoundTooLongAndHowManyWereNotAnswered() {
        Run run = client("short\n" + "a".repeat(2_000_000), "/echo");
        assertEquals("short\n", run.out());
        assertEquals(1, run.code());
        List<String> lines = run.err().lines().toList();
        assertTrue(lines.getFirst().startsWith("! the server closed with 1009 (message too big)"), run.err());
        assertTrue(lines.getFirst().endsWith("; the longest line has 2,000,000 characters"), run.err());
        assertEquals("! 2 lines sent, 1 message received: what was not answered may be lost", lines.get(1));
    }

    @Test
    void showsNoCredentials() {
        String uri = server.uri("/echo").toString().replace("//", "//user:geheim1@") + "?token=geheim2";
        Run run = Run.with("bye\n", "client", "-v", uri, "--header", "Cookie: sid=geheim3", "--header",
                "X-Api-Key: geheim4", "--subprotocol", "token.geheim5");
        assertEquals(0, run.code(), run.err());
        assertFalse(run.err().contains("geheim"), run.err());
        String basic = Base64.getEncoder().encodeToString("user:geheim1".getBytes(StandardCharsets.UTF_8));
        assertFalse(run.err().contains(basic), run.err());
        assertTrue(run.err().contains("> Authorization: …"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws://user:geheim@[/", "ws://user:geheim@a b/", "ws://user:geheim@/?geheim",
        "ftp://user:geheim@a/?geheim", "ws://user:geheim@127.0.0.1:9/?geheim#x" })
    void repeatsNoCredentialsOfAWrongAddress(String uri) {
        Run run = Run.of("client", uri);
        assertEquals(2, run.code());
        assertFalse(run.err().contains("geheim"), run.err());
    }

    @Test
    void repeatsNoHeaderFieldThatIsWrong() {
        Run run = client("", "/echo", "--header", "Authorization Bearer geheim");
        assertEquals(2, run.code());
        assertFalse(run.err().contains("geheim"), run.err());
    }

    @Test
    void failsWhenTheConnectionBreaks() throws Exception {
        Run run = Run.with(silence(), false, arguments("/abort"));
        assertEquals(1, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void failsWhenAMessageIsTooLongForIt() {
        Run run = client("a".repeat(100), "/echo", "--max-message", "99");
        assertEquals("", run.out());
        assertEquals(1, run.code());
        assertTrue(run.err().startsWith("! "), run.err());
    }

    @Test
    void failsWhenTheServerRefuses() {
        Run run = client("", "/nowhere", "-v");
        assertEquals(1, run.code());
        assertTrue(run.err().lines().anyMatch(line -> line.startsWith("< HTTP/1.1 404 ")), run.err());
        assertTrue(run.err().lines().toList().getLast().startsWith("ws client: "), run.err());
        assertEquals(1, client("", "/nowhere").err().lines().count());
    }

    @Test
    void failsWhenNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Run run = Run.of("client", "ws://127.0.0.1:" + port + "/");
        assertEquals(1, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("refused"), run.err());
    }
}
