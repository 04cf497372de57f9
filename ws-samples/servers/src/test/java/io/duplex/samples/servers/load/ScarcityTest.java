package io.duplex.samples.servers.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.samples.servers.load.Peer.Phase;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawSocket;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.nio.NioTransport;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server whose very first connections meet a process without file descriptors, or without memory: when they
 * have gone, it serves as if nothing had been. What such a moment breaks for good is what is loaded or
 * initialized at its first use.
 */
@Tag("load")
@EnabledOnOs(value = OS.LINUX, disabledReason = "the server's descriptors are read from /proc")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScarcityTest {
    private static final int DESCRIPTORS = 150;
    private static final int PEERS = 400;

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void aFullDescriptorTableBeforeTheFirstHandshakeBreaksNothing(String transport) throws Exception {
        try (ServerProcess server = ServerProcess.startScarce(DESCRIPTORS, transport, List.of())) {
            long before = server.descriptors();
            fill(server, RawSocket.request("/echo"), before);
            try (Crowd healthy = new Crowd(server.address())) {
                healthy.open(10);
                assertEquals(10, healthy.in(Phase.OPEN), healthy.toString());
                healthy.echoOnce();
                assertEquals(10, healthy.echoes());
            }
            assertEquals(200, statusOf(server.uri().resolve("/")));
        }
    }

    @ParameterizedTest
    @CsvSource({ "bio, jdk", "nio, jdk", "nio, bc", "loom, jdk" })
    void norDoesItOverTls(String transport, String provider) throws Exception {
        try (ServerProcess server =
                ServerProcess.startScarce(DESCRIPTORS, transport, List.of(), "--tls", provider)) {
            long before = server.descriptors();
            fill(server, clientHello(), before);
            Tls anybody = Tls.of(TlsConfig.builder().trustAnybody().build());
            try (WebSocketClient client = WebSocketClient.builder()
                    .transport(new NioTransport())
                    .secure(anybody)
                    .build();
                    WebSocket ws = client.connect(ClientRequest.of(server.uri()))) {
                ws.send("hello");
                assertEquals(new Message.Text("hello"), ws.receive());
            }
        }
    }

    /** Takes every descriptor that the server has left, with peers that all say this, and gives them back. */
    private static void fill(ServerProcess server, byte[] greeting, long before) throws Exception {
        try (Crowd crowd = new Crowd(server.address())) {
            crowd.connect(PEERS);
            crowd.peers().forEach(peer -> peer.send(greeting));
            Patience.await("no descriptor is left", () -> server.descriptors() >= DESCRIPTORS - 1);
            // Those that were accepted have had the time to be answered as far as that goes.
            crowd.until("said", () -> crowd.peers().stream().allMatch(Peer::hasSentAll));
            for (Peer peer : crowd.peers()) {
                peer.reset();
            }
        }
        // Selectors and pollers that a transport opens as it goes are few.
        Patience.await("the descriptors are back", () -> server.descriptors() < before + 10);
    }

    private static byte[] clientHello() throws NoSuchAlgorithmException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        engine.beginHandshake();
        ByteBuffer hello = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private static int statusOf(URI page) throws Exception {
        URI http = new URI("http", null, page.getHost(), page.getPort(), "/", null, null);
        HttpURLConnection connection = (HttpURLConnection) http.toURL().openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** Each holds most of a message; together that is nearly the heap. */
    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void aFullHeapBeforeTheFirstHandshakeBreaksNothing(String transport) throws Exception {
        try (ServerProcess server = ServerProcess.startScarce(4_096, transport, List.of("-Xmx40m"))) {
            byte[] message = Frames.binary(new byte[1_000_000]).mask().bytes();
            byte[] most = Frames.join(RawSocket.request("/echo"), Arrays.copyOf(message, message.length - 1));
            try (Crowd crowd = new Crowd(server.address())) {
                crowd.connect(14);
                crowd.peers().forEach(peer -> peer.send(most));
                crowd.untilNothingIsTaken(crowd);
            }
            Patience.await("their sockets are closed", () -> server.sockets() < 20);
            try (Crowd healthy = new Crowd(server.address())) {
                healthy.open(10);
                assertEquals(10, healthy.in(Phase.OPEN), healthy.toString());
                healthy.echoOnce();
                assertEquals(10, healthy.echoes());
            }
        }
    }
}
