package io.duplex.samples.interop;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;

/** OkHttp. It always offers permessage-deflate, and neither fragments nor lets its user send a ping. */
final class OkHttpPeer implements ForeignClient {
    private final OkHttpClient http = new OkHttpClient.Builder()
            .sslSocketFactory(TestCertificate.context().getSocketFactory(), TestCertificate.trust())
            .build();

    @Override
    public Connection connect(URI uri, List<String> subprotocols) throws Exception {
        Request.Builder request = new Request.Builder().url(uri.toString());
        if (!subprotocols.isEmpty()) {
            request.header("Sec-WebSocket-Protocol", String.join(", ", subprotocols));
        }
        OkHttpListener listener = new OkHttpListener();
        WebSocket socket = http.newWebSocket(request.build(), listener);
        try {
            return new OkHttpConnection(socket, listener.response.get(15, TimeUnit.SECONDS), listener.events);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) {
                throw refused;
            }
            throw e;
        }
    }

    @Override
    public void shutDown() {
        http.dispatcher().cancelAll();
        http.dispatcher().executorService().shutdownNow();
        http.connectionPool().evictAll();
    }

    private record OkHttpConnection(WebSocket socket, Response response, Events<Event> events)
            implements
                Connection {
        @Override
        public String subprotocol() {
            String chosen = response.header("Sec-WebSocket-Protocol");
            return chosen == null ? "" : chosen;
        }

        @Override
        public void send(String text) {
            require(socket.send(text));
        }

        @Override
        public void send(byte[] bytes) {
            require(socket.send(ByteString.of(bytes)));
        }

        @Override
        public void close(int code, String reason) {
            require(socket.close(code, reason));
        }

        private static void require(boolean taken) {
            if (!taken) {
                throw new IllegalStateException("OkHttp did not take it");
            }
        }
    }

    private static final class OkHttpListener extends WebSocketListener {
        private final CompletableFuture<Response> response = new CompletableFuture<>();
        private final Events<Event> events = new Events<>();

        @Override
        public void onOpen(WebSocket socket, Response opened) {
            response.complete(opened);
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            events.add(new Event.Text(text));
        }

        @Override
        public void onMessage(WebSocket socket, ByteString bytes) {
            events.add(new Event.Binary(bytes.toByteArray()));
        }

        /** OkHttp leaves it to its user to answer the server's Close frame. */
        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(code, null);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            events.add(new Event.Closed(code, reason));
        }

        @Override
        public void onFailure(WebSocket socket, Throwable cause, Response refusal) {
            response.completeExceptionally(refusal == null ? cause : new Refused(refusal.code()));
            events.add(new Event.Failed(cause));
        }
    }
}
