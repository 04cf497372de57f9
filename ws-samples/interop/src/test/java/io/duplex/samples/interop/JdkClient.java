package io.duplex.samples.interop;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The JDK's {@code java.net.http.WebSocket}. It knows no extensions. */
final class JdkClient implements ForeignClient {
    private final HttpClient http = HttpClient.newBuilder().sslContext(TestCertificate.context()).build();

    @Override
    public Connection connect(URI uri, List<String> subprotocols) throws Exception {
        JdkListener listener = new JdkListener(new Events<>());
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (!subprotocols.isEmpty()) {
            builder.subprotocols(subprotocols.getFirst(),
                    subprotocols.stream().skip(1).toArray(String[]::new));
        }
        try {
            return new JdkConnection(done(builder.buildAsync(uri, listener)), listener.events);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw new Refused(refused.getResponse().statusCode());
            }
            throw e;
        }
    }

    @Override
    public void shutDown() {
        http.shutdownNow();
    }

    private static <T> T done(CompletableFuture<T> stage) throws Exception {
        return stage.get(15, TimeUnit.SECONDS);
    }

    /** The library allows one send at a time, so each waits until the one before it has left. */
    private record JdkConnection(WebSocket socket, Events<Event> events) implements Fragmenting, Pinging {
        @Override
        public String subprotocol() {
            return socket.getSubprotocol();
        }

        @Override
        public void send(String text) throws Exception {
            done(socket.sendText(text, true));
        }

        @Override
        public void send(byte[] bytes) throws Exception {
            done(socket.sendBinary(ByteBuffer.wrap(bytes), true));
        }

        @Override
        public void sendPart(boolean text, byte[] part, boolean last) throws Exception {
            done(text
                    ? socket.sendText(new String(part, StandardCharsets.UTF_8), last)
                    : socket.sendBinary(ByteBuffer.wrap(part), last));
        }

        @Override
        public void ping(String payload) throws Exception {
            done(socket.sendPing(StandardCharsets.UTF_8.encode(payload)));
        }

        @Override
        public void close(int code, String reason) throws Exception {
            done(socket.sendClose(code, reason));
        }
    }

    /** Puts the parts together that the library hands out. */
    private static final class JdkListener implements WebSocket.Listener {
        private final Events<Event> events;
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private JdkListener(Events<Event> events) {
            this.events = events;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                events.add(new Event.Text(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
            if (last) {
                events.add(new Event.Binary(bytes.toByteArray()));
                bytes.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
            events.add(new Event.Pong(StandardCharsets.UTF_8.decode(payload).toString()));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add(new Event.Closed(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable cause) {
            events.add(new Event.Failed(cause));
        }
    }
}
