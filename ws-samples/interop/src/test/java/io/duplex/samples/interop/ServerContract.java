package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.Limits;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.frame.CloseStatus;
import io.duplex.transport.TcpEnd;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The required behaviour between a Duplex client and any server, as seen from both. A class for each server
 * says how it is made.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ServerContract {
    private static final int PIPELINED = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Parameter
    Setting setting;
    ForeignServer server;
    WebSocketClient client;
    final Recorder recorder = new Recorder();

    abstract ForeignServer newServer() throws Exception;

    /** Returns the ways in which TCP may end when the server has closed. */
    Set<TcpEnd> possibleEnds() {
        return Set.of(TcpEnd.FIN_EXCHANGED);
    }

    @BeforeEach
    void start() throws Exception {
        server = newServer();
        WebSocketClient.Builder builder = WebSocketClient.builder().transport(setting.transport());
        setting.security().tls().ifPresent(builder::secure);
        client = builder.build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.shutDown();
    }

    final ClientRequest.Builder request(String path) {
        return ClientRequest.builder(server.uri(path)).extensions(setting.compression().extensions());
    }

    final WebSocket connect(String path) throws Exception {
        return connect(request(path));
    }

    final WebSocket connect(ClientRequest.Builder request) throws Exception {
        return client.connect(request.build(), recorder).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    final HandshakeException refusal(String path) {
        return assertThrows(HandshakeException.class, () -> client.connect(request(path).build()));
    }

    // ---- opening ------------------------------------------------------------------------------------------

    @Test
    void theServersSubprotocolIsSpoken() throws Exception {
        WebSocket ws = connect(request(ForeignServer.ECHO).subprotocols("other", ForeignServer.SUBPROTOCOL));
        assertEquals(ForeignServer.SUBPROTOCOL, ws.subprotocol().orElseThrow());
    }

    @Test
    void compressionIsNegotiatedWhereBothKnowIt() throws Exception {
        List<String> extensions = connect(ForeignServer.ECHO).extensions();
        assertEquals(setting.compression() == Compression.OFF ? 0 : 1, extensions.size(),
                extensions::toString);
        assertTrue(extensions.stream().allMatch(name -> name.startsWith("permessage-deflate")));
    }

    @Test
    void a404IsReportedWithItsBody() {
        HandshakeException refusal = refusal(ForeignServer.MISSING);
        assertEquals(404, refusal.response().orElseThrow().status());
        assertFalse(new String(refusal.body(), StandardCharsets.UTF_8).isBlank());
    }

    // ---- messages -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = { "", "hello", Samples.MIXED_TEXT })
    void textComesBack(String text) throws Exception {
        connect(ForeignServer.ECHO).send(text);
        assertEquals(new Event.Text(text), recorder.messages().next());
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 125, 126, 65_535, 65_536, 1 << 20 })
    void binaryOfEveryLengthFormComesBack(int size) throws Exception {
        connect(ForeignServer.ECHO).send(Samples.mixture(size));
        assertArrayEquals(Samples.mixture(size), recorder.messages().next(Event.Binary.class).bytes());
    }

    /** No compressor makes it shorter, so compressed it is a little longer than a message may be. */
    @Test
    void noiseOfTheGreatestLengthComesBack() throws Exception {
        connect(ForeignServer.ECHO).send(Samples.noise(1 << 20));
        assertArrayEquals(Samples.noise(1 << 20), recorder.messages().next(Event.Binary.class).bytes());
    }

    @Test
    void pipelinedMessagesComeBackInOrder() throws Exception {
        WebSocket ws = connect(ForeignServer.ECHO);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < PIPELINED; i++) {
            sent.add(i + ": " + Samples.MIXED_TEXT.repeat(i));
            ws.send(sent.getLast());
        }
        for (String text : sent) {
            assertEquals(new Event.Text(text), recorder.messages().next());
        }
    }

    @Test
    void messagesComeBackInBlockingStyle() throws Exception {
        try (WebSocket ws = client.connect(request(ForeignServer.ECHO).build())) {
            ws.send(Samples.MIXED_TEXT);
            ws.send(Samples.mixture(3000));
            assertEquals(new Message.Text(Samples.MIXED_TEXT), ws.receive(PATIENCE));
            assertEquals(new Message.Binary(Samples.mixture(3000)), ws.receive(PATIENCE));
            ws.send(ForeignServer.CLOSE_WORD);
            CloseInfo info =
                    assertThrows(ConnectionClosedException.class, () -> ws.receive(PATIENCE)).closeInfo()
                            .orElseThrow();
            assertEquals(4001, info.code());
            assertTrue(info.clean());
        }
    }

    @Test
    void fragmentedTextComesBackWhole() throws Exception {
        WebSocket ws = connect(ForeignServer.ECHO);
        ws.sendPart("", false);
        ws.sendPart(Samples.MIXED_TEXT, false);
        ws.sendPart("", false);
        ws.sendPart(" 終", true);
        assertEquals(new Event.Text(Samples.MIXED_TEXT + " 終"), recorder.messages().next());
    }

    @Test
    void fragmentedBinaryComesBackWhole() throws Exception {
        WebSocket ws = connect(ForeignServer.ECHO);
        byte[] message = Samples.mixture(70_000);
        ws.sendPart(ByteBuffer.wrap(message, 0, 126), false);
        ws.sendPart(ByteBuffer.wrap(message, 126, 66_000), false);
        ws.sendPart(ByteBuffer.wrap(message, 66_126, message.length - 66_126), true);
        assertArrayEquals(message, recorder.messages().next(Event.Binary.class).bytes());
    }

    @Test
    void aStreamedMessageComesBackWhole() throws Exception {
        byte[] message = Samples.mixture(300_000);
        try (OutputStream out = connect(ForeignServer.ECHO).sendingStream()) {
            out.write(message);
        }
        assertArrayEquals(message, recorder.messages().next(Event.Binary.class).bytes());
    }

    /**
     * Passes only where the server really compresses: as it is, the message is longer than a frame may be
     * here.
     */
    @Test
    void compressedMessagesComeBack() throws Exception {
        ConnectionOptions smallFrames =
                ConnectionOptions.CLIENT.withLimits(Limits.DEFAULT.withMaxFrameBytes(4096));
        byte[] message = Samples.monotony(1 << 16);
        connect(request(ForeignServer.ECHO).options(smallFrames)).send(message);
        if (setting.compression() == Compression.OFF) {
            assertEquals(1009, recorder.closed().next().sent().orElseThrow().code());
            assertEquals(1009, server.events().next(Event.Closed.class).code());
        } else {
            assertArrayEquals(message, recorder.messages().next(Event.Binary.class).bytes());
        }
    }

    // ---- pings --------------------------------------------------------------------------------------------

    @Test
    void theServerAnswersOurPing() throws Exception {
        Duration roundTrip = connect(ForeignServer.ECHO).ping().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertFalse(roundTrip.isNegative());
    }

    @Test
    void weAnswerTheServersPingWithItsPayload() throws Exception {
        connect(ForeignServer.ECHO).send(ForeignServer.PING_WORD);
        assertEquals(new Event.Pong(ForeignServer.PING_PAYLOAD), server.events().next());
    }

    // ---- closing ------------------------------------------------------------------------------------------

    @Test
    void theServerSeesOurCloseCodeAndReason() throws Exception {
        connect(ForeignServer.ECHO).close(4002, "bye, schön");
        assertEquals(new Event.Closed(4002, "bye, schön"), server.events().next());
        CloseInfo info = recorder.closed().next();
        assertEquals(new CloseStatus(4002, "bye, schön"), info.sent().orElseThrow());
        assertEquals(CloseInfo.Initiator.APPLICATION, info.initiator());
        assertTrue(info.clean(), info::toString);
        assertEquals(4002, info.code());
    }

    @Test
    void weSeeTheServersCloseCodeAndReason() throws Exception {
        connect(ForeignServer.ECHO).send(ForeignServer.CLOSE_WORD);
        CloseInfo info = recorder.closed().next();
        assertEquals(new CloseStatus(ForeignServer.CLOSE.code(), ForeignServer.CLOSE.reason()),
                info.received().orElseThrow());
        assertEquals(CloseInfo.Initiator.PEER, info.initiator());
        assertTrue(info.clean(), info::toString);
        assertTrue(possibleEnds().contains(info.tcpEnd()), info::toString);
    }

    @Test
    void messagesRightBeforeTheCloseAllArrive() throws Exception {
        WebSocket ws = connect(ForeignServer.SINK);
        for (int i = 0; i < PIPELINED; i++) {
            ws.send("message " + i);
        }
        ws.close(1000, "that was all");
        for (int i = 0; i < PIPELINED; i++) {
            assertEquals(new Event.Text("message " + i), server.events().next());
        }
        assertEquals(new Event.Closed(1000, "that was all"), server.events().next());
        assertTrue(recorder.closed().next().clean());
    }
}
