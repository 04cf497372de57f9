package io.duplex.samples.interop;

import io.duplex.testkit.Patience;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;

/** The client of Java-WebSocket, with or without its own permessage-deflate. */
final class JavaWebSocketClient implements ForeignClient {
    private final ConcurrentLinkedQueue<JavaWebSocketConnection> connections = new ConcurrentLinkedQueue<>();
    private final Compression compression;

    JavaWebSocketClient(Compression compression) {
        this.compression = compression;
    }

    @Override
    public Connection connect(URI uri, List<String> subprotocols) throws Exception {
        // The empty protocol stands for a server that chooses none, which the library would refuse otherwise.
        List<IProtocol> protocols = new ArrayList<>(
                Stream.concat(subprotocols.stream(), Stream.of("")).map(Protocol::new).toList());
        JavaWebSocketConnection connection = new JavaWebSocketConnection(uri,
                new Draft_6455(JavaWebSocket.extensions(compression), protocols));
        if (uri.getScheme().equals("wss")) {
            connection.setSocketFactory(TestCertificate.context().getSocketFactory());
        }
        connections.add(connection);
        if (!connection.connectBlocking(15, TimeUnit.SECONDS)) {
            throw connection.refusal();
        }
        return connection;
    }

    @Override
    public void shutDown() throws InterruptedException {
        for (JavaWebSocketConnection connection : connections) {
            connection.closeBlocking();
        }
    }

    private static final class JavaWebSocketConnection extends WebSocketClient
            implements
                Fragmenting,
                Pinging {
        private static final Pattern REFUSAL = Pattern.compile("Invalid status code received: (\\d{3}) .*");

        private final Events<Event> events = new Events<>();

        private JavaWebSocketConnection(URI uri, Draft_6455 draft) {
            super(uri, draft);
            setTcpNoDelay(true);
            setConnectionLostTimeout(0);
        }

        /** The library reports the status in the text of its close reason only. */
        private Exception refusal() throws InterruptedException {
            Event.Closed closed = events.next(Event.Closed.class);
            Matcher words = REFUSAL.matcher(closed.reason());
            return words.matches()
                    ? new Refused(Integer.parseInt(words.group(1)))
                    : new IllegalStateException(closed.toString());
        }

        @Override
        public Events<Event> events() {
            return events;
        }

        @Override
        public String subprotocol() {
            return getProtocol().getProvidedProtocol();
        }

        @Override
        public void sendPart(boolean text, byte[] part, boolean last) {
            sendFragmentedFrame(text ? Opcode.TEXT : Opcode.BINARY, ByteBuffer.wrap(part), last);
        }

        @Override
        public void ping(String payload) {
            PingFrame frame = new PingFrame();
            frame.setPayload(StandardCharsets.UTF_8.encode(payload));
            sendFrame(frame);
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            // reported by connectBlocking()
        }

        @Override
        public void onMessage(String text) {
            events.add(new Event.Text(text));
        }

        @Override
        public void onMessage(ByteBuffer payload) {
            byte[] copy = new byte[payload.remaining()];
            payload.get(copy);
            events.add(new Event.Binary(copy));
        }

        @Override
        public void onWebsocketPong(WebSocket socket, Framedata frame) {
            String payload = StandardCharsets.UTF_8.decode(frame.getPayloadData()).toString();
            events.add(new Event.Pong(payload));
        }

        /**
         * On the reading thread, after the library's own Close frame. Next it interrupts its writing thread,
         * which then ends without a look at its queue if it was between two frames: the peer would see a FIN
         * and no Close frame.
         */
        @Override
        public void onClosing(int code, String reason, boolean remote) {
            Patience.await("the writing thread has the Close frame", () -> !hasBufferedData());
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            events.add(new Event.Closed(code, reason));
        }

        @Override
        public void onError(Exception cause) {
            events.add(new Event.Failed(cause));
        }
    }
}
