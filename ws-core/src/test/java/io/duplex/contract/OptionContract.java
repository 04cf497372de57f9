package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.WebSocket;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketRole;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Design section 5: socket options, as an application sets and sees them. What they are is the layer
 * contract's business.
 */
abstract class OptionContract extends ContractPart {
    /** A value of each option that no socket has unless it was set, and that Linux does not round. */
    private static final SocketOptions SAMPLES = SocketOptions.of("SO_REUSEADDR=off", "SO_REUSEPORT=on",
            "SO_KEEPALIVE=on", "TCP_KEEPIDLE=33s", "TCP_KEEPINTVL=11s", "TCP_KEEPCNT=4", "SO_LINGER=7s",
            "SO_RCVBUF=50000", "SO_SNDBUF=40000", "SO_RCVTIMEO=3600s", "SO_SNDTIMEO=1800s",
            "SO_RCVLOWAT=1234", "SO_SNDLOWAT=4321", "SO_OOBINLINE=on", "TCP_NODELAY=off",
            "TCP_QUICKACK=off", "IP_TOS=0x28", "BACKLOG=9");

    private final Recorder recorder = new Recorder();

    OptionContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("5 a server shows what is in force on its sockets")
    void serverShows() throws IOException {
        SocketOptions wanted = SocketOptions.of(SocketOptions.SO_KEEPALIVE, true)
                .with(SocketOptions.SO_RCVBUF, 30_000)
                .with(SocketOptions.SO_RCVTIMEO, LONG)
                .with(SocketOptions.BACKLOG, 9);
        WebSocketServer server = start(on.server().endpoint("/", recorder).socketOptions(wanted));
        assertEquals(Optional.of(30_000), server.socketOptions().get(SocketOptions.SO_RCVBUF));
        assertEquals(Optional.of(true), server.socketOptions().get(SocketOptions.SO_REUSEADDR));
        assertEquals(Optional.of(9), server.socketOptions().get(SocketOptions.BACKLOG));
        assertEquals(Optional.of(LONG), server.socketOptions().get(SocketOptions.SO_RCVTIMEO));
        connect(server, new Recorder());
        SocketOptions accepted = recorder.awaitOpen().socketOptions();
        assertEquals(Optional.of(true), accepted.get(SocketOptions.SO_KEEPALIVE));
        assertEquals(Optional.of(30_000), accepted.get(SocketOptions.SO_RCVBUF));
        assertEquals(Optional.of(true), accepted.get(SocketOptions.TCP_NODELAY));
        assertEquals(Optional.of(LONG), accepted.get(SocketOptions.SO_RCVTIMEO));
        assertEquals(Optional.of(Duration.ofSeconds(30)), accepted.get(SocketOptions.SO_SNDTIMEO));
    }

    @Test
    @DisplayName("5 a client shows what is in force on its sockets")
    void clientShows() throws Exception {
        WebSocketServer server = serve(recorder);
        SocketOptions wanted =
                SocketOptions.of("SO_KEEPALIVE=on").with("TCP_NODELAY=off");
        WebSocketClient client = closeLater(on.client().socketOptions(wanted).build());
        WebSocket ws = client.connect(on.uri(server, "/"));
        String shown = ws.socketOptions().describe();
        assertTrue(shown.contains("SO_KEEPALIVE=on") && shown.contains("TCP_NODELAY=off"), shown);
        assertEquals(Optional.of(32 << 10), ws.socketOptions().get(SocketOptions.SO_RCVLOWAT));
        ws.abort();
        ws.closeFuture().join();
        assertThrows(IllegalStateException.class, ws::socketOptions);
    }

    @Test
    @DisplayName("5 what cannot be set is refused when the client is built")
    void refusedByAClient() {
        WebSocketClient.Builder builder =
                on.client().socketOptions(SocketOptions.of(SocketOptions.BACKLOG, 9));
        UnsupportedOptionException refusal = assertThrows(UnsupportedOptionException.class, builder::build);
        assertEquals(SocketOptions.BACKLOG, refusal.option());
    }

    @Test
    @DisplayName("5 SO_RCVTIMEO closes a silent connection with 1001")
    void receiveTimeout() throws IOException {
        SocketOptions wanted = SocketOptions.of(SocketOptions.SO_RCVTIMEO, SHORT);
        RawSocket peer = rawPeer(start(on.server().endpoint("/", recorder).socketOptions(wanted)));
        assertEquals(1001, peer.readToClose().closeCode());
        peer.close();
        assertEquals("idle", recorder.skipToClosed().sent().orElseThrow().reason());
    }

    @ParameterizedTest(name = "5 {0} is applied and read back")
    @MethodSource("io.duplex.transport.SocketOptions#all")
    void eachIsAppliedAndReadBack(SocketOption<?> option) throws Exception {
        SocketOptions wanted = SocketOptions.of(option + "=" + option.valueIn(SAMPLES).orElseThrow());
        CompletableFuture<SocketOptions> accepted = new CompletableFuture<>();
        BlockingHandler handler = ws -> {
            accepted.complete(ws.socketOptions());
            ws.receive();
        };
        WebSocketServer server = start(on.server().blocking("/", handler).socketOptions(wanted));
        WebSocketClient.Builder client = on.client();
        if (option != SocketOptions.BACKLOG) {
            client.socketOptions(wanted);
        }
        WebSocket ws = closeLater(client.build()).connect(on.uri(server, "/"));
        assertShown(option, SocketRole.CONNECTING, ws.socketOptions());
        assertShown(option, SocketRole.ACCEPTED, within(accepted));
        assertShown(option, SocketRole.LISTENING, server.socketOptions());
    }

    /** Linux changes TCP_QUICKACK with the traffic, so that its value cannot be told here. */
    private <T> void assertShown(SocketOption<T> option, SocketRole role, SocketOptions shown) {
        if (!on.transport().supportedOptions(role).contains(option)) {
            return;
        }
        if (option == SocketOptions.TCP_QUICKACK) {
            assertTrue(shown.get(option).isPresent());
        } else {
            assertEquals(SAMPLES.get(option), shown.get(option), () -> option + " on " + role);
        }
    }
}
