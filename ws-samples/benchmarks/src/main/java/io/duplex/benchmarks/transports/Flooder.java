package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A connection that sends as fast as possible and reads all answers, on two threads of its own, until it is
 * closed.
 */
final class Flooder implements AutoCloseable {
    private final Socket socket;

    Flooder(FloodKind kind, int port) throws IOException {
        socket = kind.connect(InetAddress.getLoopbackAddress(), port);
        byte[] batch = kind.batch();
        start(() -> {
            OutputStream out = socket.getOutputStream();
            while (true) {
                out.write(batch);
            }
        });
        start(() -> {
            InputStream in = socket.getInputStream();
            byte[] answers = new byte[64 << 10];
            while (in.read(answers) >= 0) {
                // Discarded. Without reading, the server's back-pressure would slow the flooder down.
            }
        });
    }

    private interface Loop {
        void run() throws IOException;
    }

    private void start(Loop loop) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                // Closed.
            }
        });
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed anyway.
        }
    }
}
