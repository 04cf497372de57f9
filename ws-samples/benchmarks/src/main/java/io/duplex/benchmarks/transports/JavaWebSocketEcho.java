package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket with one selector, and as many decoders as the others have loops. */
final class JavaWebSocketEcho implements EchoServer {
    private final CountDownLatch started = new CountDownLatch(1);
    private final Library library;

    JavaWebSocketEcho(int decoders) throws IOException {
        library = new Library(decoders);
        library.setTcpNoDelay(true);
        library.setConnectionLostTimeout(0);
        library.setMaxPendingConnections(RawSelectorEcho.BACKLOG);
        library.setDaemon(true);
        library.start();
        try {
            started.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public int port() {
        return library.getPort();
    }

    @Override
    public void close() throws IOException {
        try {
            library.stop(1000);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private final class Library extends WebSocketServer {
        private final Set<WebSocket> members = ConcurrentHashMap.newKeySet();

        Library(int decoders) {
            super(new InetSocketAddress("127.0.0.1", 0), decoders);
        }

        @Override
        public void onStart() {
            started.countDown();
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake request) {
            if (request.getResourceDescriptor().equals(Wire.BROADCAST)) {
                members.add(socket);
            }
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            throw new IllegalStateException("the load sends binary messages only");
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer payload) {
            if (socket.getResourceDescriptor().equals(Wire.BROADCAST)) {
                broadcast(payload, members);
            } else {
                socket.send(payload);
            }
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {
            members.remove(socket);
        }

        @Override
        public void onError(WebSocket socket, Exception cause) {
            // The load generator resets its connections at the end, and detects missing bytes.
        }
    }
}
