package io.duplex.transport.nio;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * A program that echoes one connection over what it inherited, and then ends; for
 * {@link InheritedChannelTest}.
 */
final class InheritedEcho {
    private InheritedEcho() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(new NioTransport(1).onInherited())
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket ws, String text) {
                        ws.send(text);
                    }

                    @Override
                    public void onClose(WebSocket ws, io.duplex.CloseInfo info) {
                        closed.countDown();
                    }
                })
                .start()) {
            System.err.println("serving " + server.address());
            closed.await();
        }
    }
}
