package io.duplex.samples.interop;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;

/**
 * The server of Java-WebSocket, with or without its own permessage-deflate.
 *
 * <p>Its selector's thread can overwrite the interest in writing that a worker has just declared, and then
 * what the worker sent stays in the queue until something else happens on the connection. So here the
 * interest is declared again and again while anything waits.
 */
final class JavaWebSocketServer implements ForeignServer {
    private static final long REMINDER_MILLIS = 20;

    private final Events<Event> events = new Events<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private final ScheduledExecutorService reminder = Executors.newSingleThreadScheduledExecutor();
    private final Library library;
    private final boolean secure;

    JavaWebSocketServer(Setting setting) throws InterruptedException {
        // The empty protocol stands for clients that offer none, which the library would refuse otherwise.
        Draft draft = new Draft_6455(JavaWebSocket.extensions(setting.compression()),
                List.of(new Protocol(SUBPROTOCOL), new Protocol("")));
        library = new Library(draft);
        library.setTcpNoDelay(true);
        secure = setting.security().isSecure();
        if (secure) {
            library.setWebSocketFactory(new DefaultSSLWebSocketServerFactory(TestCertificate.context()));
        }
        library.setConnectionLostTimeout(0);
        library.start();
        if (!started.await(15, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not start");
        }
        reminder.scheduleWithFixedDelay(library::remind, REMINDER_MILLIS, REMINDER_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public URI uri(String path) {
        return URI.create((secure ? "wss" : "ws") + "://127.0.0.1:" + library.getPort() + path);
    }

    @Override
    public Events<Event> events() {
        return events;
    }

    @Override
    public void shutDown() throws InterruptedException {
        reminder.shutdownNow();
        library.stop(1000);
    }

    private final class Library extends WebSocketServer {
        private Library(Draft draft) {
            super(new InetSocketAddress("127.0.0.1", 0), 1, List.of(draft));
        }

        private void remind() {
            getConnections().stream().filter(WebSocket::hasBufferedData).forEach(this::onWriteDemand);
        }

        @Override
        public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(WebSocket socket, Draft draft,
                ClientHandshake request) throws InvalidDataException {
            if (request.getResourceDescriptor().equals(MISSING)) {
                throw new InvalidDataException(1002, "Nothing is here.");
            }
            return super.onWebsocketHandshakeReceivedAsServer(socket, draft, request);
        }

        @Override
        public void onStart() {
            started.countDown();
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake request) {
            // nothing to do: the client speaks first
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            switch (text) {
                case CLOSE_WORD -> socket.close(CLOSE.code(), CLOSE.reason());
                case PING_WORD -> ping(socket);
                default -> take(socket, text);
            }
        }

        private void ping(WebSocket socket) {
            PingFrame frame = new PingFrame();
            frame.setPayload(StandardCharsets.UTF_8.encode(PING_PAYLOAD));
            socket.sendFrame(frame);
        }

        private void take(WebSocket socket, String text) {
            if (socket.getResourceDescriptor().equals(ECHO)) {
                socket.send(text);
            } else {
                events.add(new Event.Text(text));
            }
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer payload) {
            socket.send(payload);
        }

        @Override
        public void onWebsocketPong(WebSocket socket, Framedata frame) {
            String payload = StandardCharsets.UTF_8.decode(frame.getPayloadData()).toString();
            events.add(new Event.Pong(payload));
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {
            events.add(new Event.Closed(code, reason));
        }

        @Override
        public void onError(WebSocket socket, Exception cause) {
            events.add(new Event.Failed(cause));
        }
    }
}
