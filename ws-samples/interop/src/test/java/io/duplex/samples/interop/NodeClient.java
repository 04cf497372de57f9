package io.duplex.samples.interop;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The client of Node's package {@code ws}. */
final class NodeClient implements ForeignClient {
    private final ConcurrentLinkedQueue<NodeConnection> connections = new ConcurrentLinkedQueue<>();
    private final Compression compression;

    NodeClient(Compression compression) {
        this.compression = compression;
    }

    @Override
    public Connection connect(URI uri, List<String> subprotocols) throws Exception {
        NodeConnection connection = new NodeConnection();
        connections.add(connection);
        NodePeer.tell(connection.number, "connect", uri.toString(),
                Boolean.toString(compression != Compression.OFF),
                NodePeer.encode(String.join(",", subprotocols)),
                NodePeer.encode(TestCertificate.chain().toString()));
        try {
            connection.subprotocol = connection.opened.get(15, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Refused refused ? refused : e;
        }
        return connection;
    }

    @Override
    public void shutDown() {
        connections.forEach(connection -> NodePeer.tell(connection.number, "terminate"));
    }

    private static final class NodeConnection implements Fragmenting, Pinging {
        private final Events<Event> events = new Events<>();
        private final CompletableFuture<String> opened = new CompletableFuture<>();
        private final int number = NodePeer.register(this::take);
        private String subprotocol;

        private void take(String[] words) {
            switch (words[0]) {
                case "open" -> opened.complete(NodePeer.text(words[1]));
                case "refused" ->
                    opened.completeExceptionally(new Refused(Integer.parseInt(words[1])));
                default -> {
                    Event event = NodePeer.event(words);
                    if (event instanceof Event.Failed failed) {
                        opened.completeExceptionally(failed.cause());
                    }
                    events.add(event);
                }
            }
        }

        @Override
        public Events<Event> events() {
            return events;
        }

        @Override
        public String subprotocol() {
            return subprotocol;
        }

        @Override
        public void send(String text) {
            NodePeer.tell(number, "send", "text", "true", NodePeer.encode(text));
        }

        @Override
        public void send(byte[] bytes) {
            NodePeer.tell(number, "send", "binary", "true", NodePeer.encode(bytes));
        }

        @Override
        public void sendPart(boolean text, byte[] part, boolean last) {
            NodePeer.tell(number, "send", text ? "text" : "binary", Boolean.toString(last),
                    NodePeer.encode(part));
        }

        @Override
        public void ping(String payload) {
            NodePeer.tell(number, "ping", NodePeer.encode(payload));
        }

        @Override
        public void close(int code, String reason) {
            NodePeer.tell(number, "close", Integer.toString(code), NodePeer.encode(reason));
        }
    }
}
