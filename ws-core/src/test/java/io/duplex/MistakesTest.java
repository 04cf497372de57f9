package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.client.ClientRequest;
import io.duplex.client.DialOptions;
import io.duplex.client.ProxyPolicy;
import io.duplex.client.ReconnectPolicy;
import io.duplex.client.WebSocketClient;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.http.HeadLimits;
import io.duplex.server.Endpoint;
import io.duplex.server.OriginPolicy;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TransportSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commonest mistakes, and what a person reads then: what is wrong, with the numbers and names, and what
 * to do.
 */
class MistakesTest {
    private static final Pattern USELESS =
            Pattern.compile("\\bnull\\b|PT\\d|Optional|Exception|@[0-9a-f]{5}|^\\s*$");
    private static final MemoryTransport NETWORK = new MemoryTransport();
    private static WebSocketClient client;
    private static WebSocketServer server;
    private static int nextPort = 7000;

    private record Mistake(String message, Executable made) {
        @Override
        public String toString() {
            return message;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        client = WebSocketClient.builder()
                .transport(NETWORK)
                .resolver(host -> host.endsWith(".invalid")
                        ? List.of()
                        : List.of(InetAddress.getByName("127.0.0.1")))
                .build();
        server = WebSocketServer.builder()
                .transport(NETWORK)
                .bind("127.0.0.1", 0)
                .endpoint("/echo", new WebSocketHandler() {})
                .start();
    }

    @AfterAll
    static void stop() {
        NETWORK.close();
    }

    private static ClientRequest.Builder request(String uri) {
        return ClientRequest.builder(URI.create(uri));
    }

    private static ClientRequest.Builder request() {
        return request("ws://a.example/");
    }

    /** A server that says this and ends the connection. */
    private static Executable answered(String answer) {
        return () -> {
            int port = nextPort++;
            NETWORK.listen(new InetSocketAddress("127.0.0.1", port), new TransportSettings("raw", true),
                    (remote, nanoTime) -> Optional.of(new Answering(answer)));
            client.connect(URI.create("ws://127.0.0.1:" + port + "/"));
        };
    }

    private static final class Answering extends io.duplex.transport.ForwardingLayer {
        private final PlainLayer plain = new PlainLayer();
        private final String answer;

        Answering(String answer) {
            this.answer = answer;
        }

        @Override
        protected io.duplex.transport.ByteLayer above() {
            return plain;
        }

        @Override
        public void receive(java.nio.ByteBuffer src, long nanoTime) {
            super.receive(src, nanoTime);
            plain.sendSilently(answer);
            plain.end(OutputState.CLOSE);
        }
    }

    private static void silentServer() throws Throwable {
        int port = nextPort++;
        NETWORK.listen(new InetSocketAddress("127.0.0.1", port), new TransportSettings("mute", true),
                (remote, nanoTime) -> Optional.of(new PlainLayer()));
        int ends = NETWORK.ends();
        FutureTask<WebSocket> connecting =
                new FutureTask<>(() -> client.connect(URI.create("ws://127.0.0.1:" + port + "/")));
        Thread.ofPlatform().daemon().start(connecting);
        Patience.await("the client has connected", () -> NETWORK.ends() == ends + 2);
        NETWORK.advance(Timeouts.DEFAULT.handshake());
        try {
            connecting.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private static void closedClient() throws Exception {
        WebSocketClient closed = WebSocketClient.builder().transport(NETWORK).build();
        closed.close();
        closed.connect(server.uri("/echo"));
    }

    static Stream<Mistake> mistakes() {
        List<Mistake> all = new ArrayList<>();
        addresses(all);
        requests(all);
        options(all);
        builders(all);
        connecting(all);
        sending(all);
        return all.stream();
    }

    private static void addresses(List<Mistake> all) {
        all.add(new Mistake("The URI has the scheme http; use ws instead",
                () -> request("http://a.example/").build()));
        all.add(new Mistake("The URI has the scheme https; use wss instead",
                () -> request("https://a.example/").build()));
        all.add(new Mistake("The URI has the scheme ftp, not ws or wss",
                () -> request("ftp://a.example/").build()));
        all.add(new Mistake("The URI has no scheme; it must begin with ws:// or wss://",
                () -> request("//a.example/").build()));
        all.add(new Mistake("The URI has no host",
                () -> request("ws:///echo").build()));
        all.add(new Mistake("The URI has no host",
                () -> request("ws:a.example").build()));
        all.add(new Mistake("The URI has no host",
                () -> request("ws://:80/").build()));
        all.add(new Mistake("The URI has a fragment; WebSocket URIs have none (write # as %23)",
                () -> request("ws://a.example/#x").build()));
        all.add(new Mistake("The URI has port 0, to which nothing can connect",
                () -> request("ws://a.example:0/").build()));
        all.add(new Mistake("The URI has a malformed port in \"a.example:99999\"",
                () -> request("ws://user:secret@a.example:99999/").build()));
        all.add(new Mistake("The URI has a malformed port in \"a.example:http\"",
                () -> request("ws://a.example:http/").build()));
        all.add(new Mistake("The URI's host is percent-encoded, which no name resolution knows",
                () -> request("ws://a%20b/").build()));
        all.add(new Mistake("uri",
                () -> ClientRequest.of(null)));
    }

    private static void requests(List<Mistake> all) {
        all.add(new Mistake("The header field Host cannot be set: it is made from the URI",
                () -> request().header("Host", "b")));
        all.add(new Mistake("The header field Sec-WebSocket-Protocol cannot be set: use subprotocols(...)",
                () -> request().header("Sec-WebSocket-Protocol", "b")));
        all.add(new Mistake("The header field Origin cannot be set: use origin(...)",
                () -> request().header("Origin", "b")));
        all.add(new Mistake("The header field Content-Length cannot be set: the handshake has no body",
                () -> request().header("Content-Length", "0")));
        all.add(new Mistake(
                "The header field Proxy-Authorization cannot be set: it would reach the server; use"
                        + " ProxyServer.withCredentials(...)",
                () -> request().header("Proxy-Authorization", "Basic x")));
        all.add(new Mistake("The name of header field \"a b\" is not a token",
                () -> request().header("a b", "x")));
        all.add(new Mistake("The value of header field X has a control character or one beyond ISO-8859-1",
                () -> request().header("X", "a\nb")));
        all.add(new Mistake("name",
                () -> request().header(null, "x")));
        all.add(new Mistake("value",
                () -> request().header("X", null)));
        all.add(new Mistake(
                "The subprotocol \"a b\" is not a token: letters, digits and !#$%&'*+-.^_`|~ only,"
                        + " and at least one",
                () -> request().subprotocols("a b")));
        all.add(new Mistake("The subprotocol chat is given twice",
                () -> request().subprotocols("chat", "chat")));
        all.add(new Mistake("The extension permessage-deflate is given twice",
                () -> request().extensions(
                        List.of(PerMessageDeflate.create(), PerMessageDeflate.create()))));
        all.add(new Mistake("An origin is a scheme, a host and perhaps a port, such as https://example.com",
                () -> request().origin("a.example")));
        all.add(new Mistake("maxRedirects is -1, less than 0",
                () -> request().maxRedirects(-1)));
        all.add(new Mistake("There are credentials in the URI and in the header field Authorization",
                () -> request("ws://u:p@a.example/").header("Authorization", "Basic x").build()));
        all.add(new Mistake(
                "The header field Cookie cannot go to another host: it holds credentials of the first",
                () -> request().redirectFields("Cookie")));
        all.add(new Mistake("the proxy's port is 0, not 1 to 65535",
                () -> ProxyServer.http("proxy", 0)));
        all.add(new Mistake("the proxy's URL has another scheme than http, https and socks5",
                () -> ProxyServer.parse("ftp://u:p@proxy/")));
    }

    private static void options(List<Mistake> all) {
        all.add(new Mistake("Timeouts.idle must be positive, not 0 s",
                () -> Timeouts.DEFAULT.withIdle(Duration.ZERO)));
        all.add(new Mistake("Timeouts.close must be positive, not -1 min 30 s",
                () -> Timeouts.DEFAULT.withClose(Duration.ofSeconds(-90))));
        all.add(new Mistake("DialOptions.attemptDelay must be positive, not 0 s",
                () -> DialOptions.DEFAULT.withAttemptDelay(Duration.ZERO)));
        all.add(new Mistake("ReconnectPolicy.initialDelay must be positive, not 0 s",
                () -> ReconnectPolicy.DEFAULT.withDelays(Duration.ZERO, Duration.ofSeconds(1))));
        all.add(new Mistake("ReconnectPolicy.maxDelay must be at least initialDelay, 2 s, not 500 ms",
                () -> ReconnectPolicy.DEFAULT.withDelays(Duration.ofSeconds(2), Duration.ofMillis(500))));
        all.add(new Mistake("ReconnectPolicy.jitter must be 0 to 1, not 2.0",
                () -> ReconnectPolicy.DEFAULT.withJitter(2)));
        all.add(new Mistake("linger takes more than 0 and at most 65535 s, not 1 d",
                () -> CloseMode.linger(Duration.ofDays(1))));
        all.add(new Mistake("need 0 < highWaterBytes <= limitBytes, not 0 and 1048576",
                () -> SendQueueOptions.CLIENT.withHighWaterBytes(0)));
        all.add(new Mistake("maxLineBytes is 0, less than 1",
                () -> new HeadLimits(0, 1, 1)));
        all.add(new Mistake("thresholdBytes is -1, must not be negative",
                () -> PerMessageDeflate.builder().thresholdBytes(-1)));
        all.add(new Mistake("TCP_KEEPIDLE must be 1 to 2,147,483,647 s, whole ones: 1.5 s",
                () -> SocketOptions.of(SocketOptions.TCP_KEEPIDLE, Duration.ofMillis(1500))));
        all.add(new Mistake(
                "\"soft\" is no close mode: background, reset, half-close, acknowledged, linger:5s",
                () -> CloseMode.parse("soft")));
    }

    private static void builders(List<Mistake> all) {
        all.add(new Mistake("no transport found: add ws-transport-bio, -nio or -loom to the dependencies",
                () -> WebSocketClient.create()));
        all.add(new Mistake("transport",
                () -> WebSocketClient.builder().transport(null)));
        all.add(new Mistake("transport",
                () -> WebSocketServer.builder().transport(null)));
        all.add(new Mistake("listener",
                () -> WebSocketClient.builder().listener(null)));
        all.add(new Mistake("handler",
                () -> Endpoint.of(null)));
        all.add(new Mistake("options",
                () -> request().options(null)));
        all.add(new Mistake("proxy",
                () -> WebSocketClient.builder().proxy((ProxyPolicy) null)));
        all.add(new Mistake(
                "the endpoint has no handler: give it one with handler(...), handlers(...) or blocking(...)",
                () -> Endpoint.builder().build()));
        all.add(new Mistake("The path pattern \"echo\" does not begin with a slash",
                () -> WebSocketServer.builder().endpoint("echo", new WebSocketHandler() {})));
        all.add(new Mistake("maxConnections must be 1 or more, not 0",
                () -> WebSocketServer.builder().maxConnections(0)));
        all.add(new Mistake("No origin to allow",
                () -> OriginPolicy.allow()));
        all.add(new Mistake("cannot listen on nosuch.invalid:0: the host name is not known",
                () -> WebSocketServer.builder()
                        .transport(NETWORK)
                        .bind(InetSocketAddress.createUnresolved("nosuch.invalid", 0))
                        .endpoint("/", new WebSocketHandler() {})
                        .start()));
    }

    private static void connecting(List<Mistake> all) {
        all.add(new Mistake("unknown host: nosuch.invalid",
                () -> client.connect(URI.create("ws://nosuch.invalid/"))));
        all.add(new Mistake("Connection refused: /127.0.0.1:9",
                () -> client.connect(URI.create("ws://127.0.0.1:9/"))));
        all.add(new Mistake("request",
                () -> client.connect((ClientRequest) null)));
        all.add(new Mistake("handler",
                () -> client.connect(request().build(), null)));
        all.add(new Mistake("the client is closed",
                () -> closedClient()));
        all.add(new Mistake(
                "the opening handshake was not over within 10 s (Timeouts.handshake): the server"
                        + " accepted the connection, but has not answered",
                () -> silentServer()));
        all.add(new Mistake(
                "the server refused the handshake with 404 Not Found, saying \"no WebSocket endpoint here\"",
                () -> client.connect(server.uri("/nosuch"))));
        all.add(new Mistake("expected 101, got 200 OK: is this a WebSocket endpoint?",
                answered("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
        all.add(new Mistake(
                "the server redirects with 302, and the request allows no redirect, or no further one"
                        + " (ClientRequest.Builder.maxRedirects)",
                answered("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n")));
        all.add(new Mistake("the server's answer is not valid HTTP: malformed status line",
                answered("SSH-2.0-OpenSSH_9.6\r\n\r\n")));
        all.add(new Mistake("expected HTTP, got a TLS record: does this port want wss?",
                answered("\u0015\u0003\u0003\u0000\u0002\u0002\u0032")));
        all.add(new Mistake("the server ended the connection before it answered the handshake:"
                + " does it speak WebSocket here, and ws or wss as the URI says?", answered("")));
        all.add(new Mistake(
                "wss needs TLS: add ws-tls to the dependencies, or call secure(...) on the client's builder",
                () -> client.connect(URI.create("wss://127.0.0.1/"))));
    }

    private static void sending(List<Mistake> all) {
        all.add(new Mistake(
                "close code 1005 must not be sent: 1000 to 1003, 1007 to 1014 and 3000 to 4999 may",
                () -> client.connect(server.uri("/echo")).close(1005, "")));
        all.add(new Mistake("close reason of 200 bytes is longer than 123",
                () -> client.connect(server.uri("/echo")).close(1000, "x".repeat(200))));
        all.add(new Mistake("a pong carries at most 125 bytes, not 126",
                () -> client.connect(server.uri("/echo")).sendPong(java.nio.ByteBuffer.allocate(126))));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    @DisplayName("a mistake is named")
    void isNamed(Mistake mistake) {
        String message = assertThrows(Exception.class, mistake.made()).getMessage();
        assertEquals(mistake.message(), message);
        assertFalse(USELESS.matcher(message).find(), message);
    }
}
