package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocket;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Design section 5: socket options, as an application sets and sees them. What they are is the layer
 * contract's business.
 */
abstract class OptionContract extends ContractPart {
    private final Recorder recorder = new Recorder();

    OptionContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("5 a server shows what is in force on its sockets")
    void serverShows() throws IOException {
        SocketOptions wanted = SocketOptions.builder()
                .keepAlive(true)
                .receiveBufferBytes(30_000)
                .receiveTimeout(LONG)
                .backlog(9)
                .build();
        WebSocketServer server = start(on.server().endpoint("/", recorder).socketOptions(wanted));
        assertEquals(Optional.of(30_000), server.socketOptions().receiveBufferBytes());
        assertEquals(Optional.of(true), server.socketOptions().reuseAddress());
        assertEquals(Optional.of(9), server.socketOptions().backlog());
        assertEquals(Optional.of(LONG), server.socketOptions().receiveTimeout());
        connect(server, new Recorder());
        SocketOptions accepted = recorder.awaitOpen().socketOptions();
        assertEquals(Optional.of(true), accepted.keepAlive());
        assertEquals(Optional.of(30_000), accepted.receiveBufferBytes());
        assertEquals(Optional.of(true), accepted.noDelay());
        assertEquals(Optional.of(LONG), accepted.receiveTimeout());
        assertEquals(Optional.of(Duration.ofSeconds(30)), accepted.sendTimeout());
    }

    @Test
    @DisplayName("5 a client shows what is in force on its sockets")
    void clientShows() throws Exception {
        WebSocketServer server = serve(recorder);
        SocketOptions wanted =
                SocketOptions.builder().set("SO_KEEPALIVE=on").set("TCP_NODELAY=off").build();
        WebSocketClient client = closeLater(on.client().socketOptions(wanted).build());
        WebSocket ws = client.connect(on.uri(server, "/"));
        String shown = ws.socketOptions().describe();
        assertTrue(shown.contains("SO_KEEPALIVE=on") && shown.contains("TCP_NODELAY=off"), shown);
        assertEquals(Optional.of(32 << 10), ws.socketOptions().receiveLowWaterBytes());
        ws.abort();
        ws.closeFuture().join();
        assertThrows(IllegalStateException.class, ws::socketOptions);
    }

    @Test
    @DisplayName("5 what cannot be set is refused when the client is built")
    void refusedByAClient() {
        WebSocketClient.Builder builder =
                on.client().socketOptions(SocketOptions.builder().backlog(9).build());
        UnsupportedOptionException refusal = assertThrows(UnsupportedOptionException.class, builder::build);
        assertEquals(SocketOption.BACKLOG, refusal.option());
    }

    @Test
    @DisplayName("5 SO_RCVTIMEO closes a silent connection with 1001")
    void receiveTimeout() throws IOException {
        SocketOptions wanted = SocketOptions.builder().receiveTimeout(SHORT).build();
        RawSocket peer = rawPeer(start(on.server().endpoint("/", recorder).socketOptions(wanted)));
        assertEquals(1001, peer.readToClose().closeCode());
        peer.close();
        assertEquals("idle", recorder.skipToClosed().sent().orElseThrow().reason());
    }
}
