package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.DialOptions;
import io.duplex.client.HostResolver;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.RelayProxy;
import io.duplex.transport.SocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client's way to its server: through tunnels, and past addresses that do not answer. */
abstract class ProxyContract extends ContractPart {
    ProxyContract(TransportContract on) {
        super(on);
    }

    private WebSocketServer echo() throws IOException {
        return serve(new WebSocketHandler() {
            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) {
                ws.send(payload);
            }
        });
    }

    private WebSocketClient client(ProxyServer proxy) {
        return closeLater(on.client().proxy(proxy).build());
    }

    @ParameterizedTest
    @EnumSource(names = { "HTTP", "SOCKS5" })
    void messagesAndTheCloseGoThroughATunnel(ProxyServer.Protocol protocol) throws Exception {
        RelayProxy relay = closeLater(new RelayProxy());
        URI uri = on.uri(echo(), "/");
        ProxyServer proxy = new ProxyServer(protocol, "127.0.0.1", relay.port(), Optional.empty());
        try (WebSocket ws = client(proxy).connect(uri)) {
            assertEquals(List.of(uri.getHost() + ":" + uri.getPort()), relay.targets());
            assertEquals(relay.port(), ((InetSocketAddress) ws.remoteAddress()).getPort());
            byte[] much = new byte[1 << 20];
            Arrays.fill(much, (byte) 7);
            for (int i = 0; i < 3; i++) {
                ws.send(ByteBuffer.wrap(much));
            }
            for (int i = 0; i < 3; i++) {
                assertEquals(new Message.Binary(much), ws.receive(LONG),
                        () -> String.valueOf(ws.closeFuture().getNow(null)));
            }
            CloseInfo info = ws.closeAndWait(LONG);
            assertTrue(info.clean(), info::toString);
        }
    }

    @Test
    void theSocketOptionsOfATunnelAreThoseOfItsSocket() throws Exception {
        RelayProxy relay = closeLater(new RelayProxy());
        WebSocketClient direct = closeLater(on.client().build());
        URI uri = on.uri(echo(), "/");
        try (WebSocket through = client(ProxyServer.http("127.0.0.1", relay.port())).connect(uri);
                WebSocket straight = direct.connect(uri)) {
            assertEquals(straight.socketOptions().get(SocketOptions.TCP_NODELAY),
                    through.socketOptions().get(SocketOptions.TCP_NODELAY));
            assertTrue(through.socketOptions().get(SocketOptions.TCP_NODELAY).isPresent());
        }
    }

    @Test
    void aTunnelThatBreaksIsABrokenConnection() throws Exception {
        RelayProxy relay = closeLater(new RelayProxy());
        WebSocket ws = client(ProxyServer.http("127.0.0.1", relay.port())).connect(on.uri(echo(), "/"));
        relay.close();
        CloseInfo info = ws.closeFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertFalse(info.clean());
    }

    @Test
    void aProxyThatNeverAnswersIsLeftAtTheDeadline() throws Exception {
        ServerSocket mute = closeLater(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        ConnectionOptions hasty =
                ConnectionOptions.CLIENT.withTimeouts(Timeouts.DEFAULT.withHandshake(SHORT));
        ClientRequest request = ClientRequest.builder(on.uri(echo(), "/")).options(hasty).build();
        WebSocketClient client = client(ProxyServer.socks5("127.0.0.1", mute.getLocalPort()));
        ProxyException failure = assertThrows(ProxyException.class, () -> client.connect(request));
        assertEquals(Reason.TIMEOUT, failure.reason());
        assertEquals("the proxy socks5://127.0.0.1:" + mute.getLocalPort() + " did not answer within "
                + SHORT.toMillis() + " ms",
                failure.getMessage());
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws Exception {
        ServerSocket closed = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        closed.close();
        WebSocketClient client = client(ProxyServer.http("127.0.0.1", closed.getLocalPort()));
        ProxyException failure =
                assertThrows(ProxyException.class, () -> client.connect(on.uri(echo(), "/")));
        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertTrue(failure.getMessage().contains("Connection refused"), failure.getMessage());
    }

    /**
     * 127.0.0.2 is this host, too, and nothing listens there; other systems than Linux do not know it, and
     * fail as well.
     */
    @Test
    void anAddressThatRefusesMakesRoomForTheNext() throws Exception {
        HostResolver two =
                host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1"));
        WebSocketClient client = closeLater(on.client().resolver(two).build());
        URI uri = on.uri(echo(), "/");
        URI named = URI.create(uri.getScheme() + "://localhost:" + uri.getPort() + "/");
        try (WebSocket ws = client.connect(named)) {
            ws.send(ByteBuffer.wrap(new byte[] { 1 }));
            assertEquals(new Message.Binary(new byte[] { 1 }), ws.receive(LONG));
        }
    }

    @Test
    void addressesThatAllRefuseAreAllNamed() throws Exception {
        ServerSocket closed = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        closed.close();
        HostResolver two =
                host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1"));
        WebSocketClient client = closeLater(on.client().resolver(two).build());
        IOException failure = assertThrows(IOException.class,
                () -> client.connect(URI.create("ws://many.example:" + closed.getLocalPort() + "/")));
        assertTrue(failure.getMessage().contains("127.0.0.2"), failure.getMessage());
        assertTrue(failure.getMessage().contains("127.0.0.1"), failure.getMessage());
        assertEquals(2, failure.getCause().getSuppressed().length);
    }

    /** A listening socket whose queue is full answers nothing, as a host behind a silent firewall. */
    @Test
    void anAddressThatDoesNotAnswerIsPassedByAndGivenUp() throws Exception {
        WebSocketServer server = echo();
        URI uri = on.uri(server, "/");
        ServerSocket full = closeLater(new ServerSocket());
        full.bind(new InetSocketAddress("127.0.0.2", uri.getPort()), 1);
        for (int i = 0; i < 8; i++) {
            SocketChannel filler = closeLater(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(full.getLocalSocketAddress());
        }
        HostResolver two =
                host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1"));
        WebSocketClient client = closeLater(on.client()
                .resolver(two)
                .dial(DialOptions.DEFAULT.withAttemptDelay(Duration.ofMillis(20)))
                .build());
        try (WebSocket ws =
                client.connect(URI.create(uri.getScheme() + "://localhost:" + uri.getPort() + "/"))) {
            assertEquals("127.0.0.1", ((InetSocketAddress) ws.remoteAddress()).getAddress().getHostAddress());
        }
    }
}
