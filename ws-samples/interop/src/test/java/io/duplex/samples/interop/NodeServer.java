package io.duplex.samples.interop;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The server of Node's package {@code ws}. */
final class NodeServer implements ForeignServer {
    private final Events<Event> events = new Events<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final int number = NodePeer.register(this::take);
    private final boolean secure;

    NodeServer(Setting setting) {
        secure = setting.security().isSecure();
        NodePeer.tell(number, "serve", Boolean.toString(secure),
                Boolean.toString(setting.compression() != Compression.OFF),
                NodePeer.encode(TestCertificate.chain().toString()),
                NodePeer.encode(TestCertificate.key().toString()));
    }

    private void take(String[] words) {
        if (words[0].equals("port")) {
            port.complete(Integer.parseInt(words[1]));
        } else {
            events.add(NodePeer.event(words));
        }
    }

    @Override
    public URI uri(String path) {
        int known = port.orTimeout(15, TimeUnit.SECONDS).join();
        return URI.create((secure ? "wss" : "ws") + "://127.0.0.1:" + known + path);
    }

    @Override
    public Events<Event> events() {
        return events;
    }

    @Override
    public void shutDown() {
        NodePeer.tell(number, "stop");
    }
}
