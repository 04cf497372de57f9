package io.duplex.internal.runtime;

import static io.duplex.client.ClientRequests.config;
import static io.duplex.internal.runtime.Memory.UPGRADE;
import static io.duplex.internal.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.internal.blocking.Inbox;
import io.duplex.server.Endpoint;
import io.duplex.testkit.Event;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.SocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The emulated socket options take effect on whole servers and clients, on a virtual clock. */
class EmulatedSocketOptionsTest {
    private static final Duration FIVE = Duration.ofSeconds(5);
    private static final Duration NANO = Duration.ofNanos(1);

    private final Memory memory = new Memory();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        memory.close();
    }

    /** An endpoint whose own options say that it waits long. */
    private Endpoint patient(Recorder handler) {
        return Endpoint.builder()
                .handler(handler)
                .options(ConnectionOptions.SERVER
                        .withTimeouts(Timeouts.DEFAULT.withoutKeepAlive().withIdle(Duration.ofHours(1))))
                .build();
    }

    private boolean cut(PlainLayer peer) {
        return memory.transport.ask(peer::calls).contains("released BROKEN");
    }

    @Test
    void theReceiveTimeoutClosesAServersSilentConnection() throws Exception {
        memory.sockets(SocketOptions.of(SocketOptions.SO_RCVTIMEO, FIVE));
        PlainLayer peer = memory.dial(memory.server(patient(recorder)));
        memory.exchange(peer, UPGRADE);
        recorder.awaitOpen();
        memory.transport.advance(FIVE.minus(NANO));
        assertFalse(memory.transport.ask(peer::received).contains("idle"));
        memory.transport.advance(NANO);
        assertTrue(memory.transport.ask(peer::received).endsWith("idle"));
        recorder.await(Event.Failed.class);
    }

    @Test
    void theReceiveTimeoutClosesAClientsSilentConnection() throws Exception {
        ServerRuntime server = memory.server(patient(recorder));
        memory.sockets(SocketOptions.of(SocketOptions.SO_RCVTIMEO, FIVE));
        Recorder own = new Recorder();
        within(memory.client().connect(config(Memory.to(server, "/")), own, null));
        memory.transport.advance(FIVE);
        assertEquals(1001, own.skipToClosed().sent().orElseThrow().code());
        assertEquals("idle", recorder.skipToClosed().received().orElseThrow().reason());
    }

    @Test
    void theSendTimeoutCutsAPeerThatDoesNotRead() throws Exception {
        memory.sockets(SocketOptions.of(SocketOptions.SO_SNDTIMEO, FIVE));
        PlainLayer peer = memory.dial(memory.server(patient(recorder)));
        memory.exchange(peer, UPGRADE);
        WebSocket ws = recorder.awaitOpen();
        memory.transport.run(() -> peer.wantsRead(false));
        ws.send(new byte[1 << 20]);
        memory.transport.advance(FIVE.minus(NANO));
        assertFalse(cut(peer));
        memory.transport.advance(NANO);
        assertTrue(cut(peer));
    }

    @Test
    void whatIsInForceIsShown() throws Exception {
        memory.sockets(SocketOptions.of(SocketOptions.SO_RCVTIMEO, FIVE)
                .with(SocketOptions.SO_SNDLOWAT, 1000)
                .with(SocketOptions.SO_RCVLOWAT, 2000));
        ServerRuntime server = memory.server(patient(recorder));
        ClientRuntime client = memory.client();
        WebSocket callbacks =
                within(client.connect(config(Memory.to(server, "/")), new Recorder(), null));
        Inbox inbox = client.newInbox();
        WebSocket blocking =
                within(client.connect(config(Memory.to(server, "/")), inbox, inbox));
        assertEquals("SO_RCVTIMEO=5s SO_SNDTIMEO=30s SO_SNDLOWAT=1000", callbacks.socketOptions().describe());
        assertEquals("SO_RCVTIMEO=5s SO_SNDTIMEO=30s SO_RCVLOWAT=2000 SO_SNDLOWAT=1000",
                blocking.socketOptions().describe());
        assertEquals("SO_RCVTIMEO=5s SO_SNDTIMEO=30s SO_RCVLOWAT=2000 SO_SNDLOWAT=1000",
                server.socketOptions().describe());
    }
}
