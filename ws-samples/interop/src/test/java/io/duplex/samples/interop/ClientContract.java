package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.frame.CloseStatus;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The required behaviour between any client and a Duplex server, as seen from both. A class for each client
 * says how it is made.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ClientContract {
    private static final int PIPELINED = 200;

    @Parameter
    Setting setting;
    DuplexEcho server;
    ForeignClient client;

    abstract ForeignClient newClient();

    @BeforeEach
    void start() throws Exception {
        server = new DuplexEcho(setting);
        client = newClient();
    }

    @AfterEach
    void stop() throws Exception {
        client.shutDown();
        server.close();
    }

    final ForeignClient.Connection connect(String... subprotocols) throws Exception {
        return client.connect(server.uri(DuplexEcho.ECHO), List.of(subprotocols));
    }

    // ---- opening ------------------------------------------------------------------------------------------

    @Test
    void theServersSubprotocolIsSpoken() throws Exception {
        ForeignClient.Connection connection = connect("other", DuplexEcho.SUBPROTOCOL);
        assertEquals(DuplexEcho.SUBPROTOCOL, connection.subprotocol());
        assertEquals(DuplexEcho.SUBPROTOCOL, server.opened().next().subprotocol().orElseThrow());
    }

    @Test
    void noSubprotocolIsSpokenWithoutOffer() throws Exception {
        assertEquals("", connect().subprotocol());
    }

    @Test
    void compressionIsNegotiatedWhereBothKnowIt() throws Exception {
        connect();
        List<String> extensions = server.opened().next().extensions();
        assertEquals(setting.compression() == Compression.OFF ? 0 : 1, extensions.size(),
                extensions::toString);
        assertTrue(extensions.stream().allMatch(name -> name.startsWith("permessage-deflate")));
    }

    @Test
    void anUnknownPathIsRefusedWith404() {
        ForeignClient.Refused refused = assertThrows(ForeignClient.Refused.class,
                () -> client.connect(server.uri("/nothing"), List.of()));
        assertEquals(404, refused.status());
    }

    // ---- messages -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = { "", "hello", Samples.MIXED_TEXT })
    void textComesBack(String text) throws Exception {
        ForeignClient.Connection connection = connect();
        connection.send(text);
        assertEquals(text, connection.events().next(Event.Text.class).text());
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 125, 126, 65_535, 65_536, 1 << 20 })
    void binaryOfEveryLengthFormComesBack(int size) throws Exception {
        ForeignClient.Connection connection = connect();
        connection.send(Samples.mixture(size));
        assertArrayEquals(Samples.mixture(size), connection.events().next(Event.Binary.class).bytes());
    }

    /** No compressor makes it shorter, so compressed it is a little longer than a message may be. */
    @Test
    void noiseOfTheGreatestLengthComesBack() throws Exception {
        ForeignClient.Connection connection = connect();
        connection.send(Samples.noise(1 << 20));
        assertArrayEquals(Samples.noise(1 << 20), connection.events().next(Event.Binary.class).bytes());
    }

    @Test
    void pipelinedMessagesComeBackInOrder() throws Exception {
        ForeignClient.Connection connection = connect();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < PIPELINED; i++) {
            sent.add(i + ": " + Samples.MIXED_TEXT.repeat(i));
            connection.send(sent.getLast());
        }
        for (String text : sent) {
            assertEquals(text, connection.events().next(Event.Text.class).text());
        }
    }

    /**
     * Passes only where the client really compresses: as it is, the message is longer than a frame may be
     * there.
     */
    @Test
    void compressedMessagesComeBack() throws Exception {
        ForeignClient.Connection connection = client.connect(server.uri(DuplexEcho.SMALL_FRAMES), List.of());
        byte[] message = Samples.monotony(1 << 16);
        if (setting.compression() == Compression.OFF) {
            sendInVain(connection, message);
            assertEquals(1009, connection.events().next(Event.Closed.class).code());
        } else {
            connection.send(message);
            assertArrayEquals(message, connection.events().next(Event.Binary.class).bytes());
        }
    }

    /** The server may have closed before all of it has left, which some libraries tell their user. */
    private static void sendInVain(ForeignClient.Connection connection, byte[] message) throws Exception {
        try {
            connection.send(message);
        } catch (ExecutionException e) {
            assertInstanceOf(IOException.class, e.getCause());
        }
    }

    // ---- pings --------------------------------------------------------------------------------------------

    @Test
    void theClientAnswersTheServersPing() throws Exception {
        connect();
        Duration roundTrip = server.opened().next().ping().get(15, TimeUnit.SECONDS);
        assertFalse(roundTrip.isNegative());
    }

    // ---- closing ------------------------------------------------------------------------------------------

    @Test
    void theServerSeesTheClientsCloseCodeAndReason() throws Exception {
        ForeignClient.Connection connection = connect();
        connection.close(4002, "bye, schön");
        CloseInfo info = server.closed().next();
        assertEquals(new CloseStatus(4002, "bye, schön"), info.received().orElseThrow());
        assertEquals(CloseInfo.Initiator.PEER, info.initiator());
        assertTrue(info.clean(), info::toString);
        assertEquals(4002, connection.events().next(Event.Closed.class).code());
    }

    @Test
    void theClientSeesTheServersCloseCodeAndReason() throws Exception {
        ForeignClient.Connection connection = connect();
        connection.send(DuplexEcho.CLOSE_WORD);
        assertEquals(new Event.Closed(DuplexEcho.CLOSE_CODE, DuplexEcho.CLOSE_REASON),
                connection.events().next());
        CloseInfo info = server.closed().next();
        assertEquals(DuplexEcho.CLOSE_CODE, info.code());
        assertEquals(CloseInfo.Initiator.APPLICATION, info.initiator());
        assertTrue(info.clean(), info::toString);
        assertEquals(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
    }

    @Test
    void messagesRightBeforeTheCloseAllArrive() throws Exception {
        ForeignClient.Connection connection = connect();
        WebSocket ws = server.opened().next();
        for (int i = 0; i < PIPELINED; i++) {
            ws.send("message " + i);
        }
        ws.close(1000, "that was all");
        for (int i = 0; i < PIPELINED; i++) {
            assertEquals(new Event.Text("message " + i), connection.events().next());
        }
        assertEquals(new Event.Closed(1000, "that was all"), connection.events().next());
    }

    @Test
    void aStoppingServerSays1001() throws Exception {
        ForeignClient.Connection connection = connect();
        server.opened().next();
        server.server().stop(Duration.ofSeconds(10));
        assertEquals(1001, connection.events().next(Event.Closed.class).code());
        assertTrue(server.closed().next().clean());
    }
}
