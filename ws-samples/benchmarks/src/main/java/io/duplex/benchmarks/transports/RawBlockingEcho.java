package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadFactory;

/**
 * The budget of the blocking transports: a thread for each connection that writes back all bytes.
 */
final class RawBlockingEcho implements EchoServer {
    /** Room for a whole burst of the load generator, so that it costs one read and one write. */
    private static final int BUFFER_BYTES = 4 << 10;

    private final ServerSocket listening;
    private final ThreadFactory threads;

    RawBlockingEcho(ThreadFactory threads) throws IOException {
        this.listening = new ServerSocket(0, RawSelectorEcho.BACKLOG, InetAddress.getLoopbackAddress());
        this.threads = threads;
        Thread.ofPlatform().name("raw-accept").daemon().start(this::accept);
    }

    @Override
    public int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket socket = listening.accept();
                threads.newThread(() -> echo(socket)).start();
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            ByteBuffer view = ByteBuffer.wrap(buffer);
            int count = in.read(buffer);
            while (count >= 0) {
                out.write(buffer, 0, count);
                boolean over = count == Long.BYTES && view.getLong(0) == Wire.GOODBYE;
                count = over ? -1 : in.read(buffer);
            }
        } catch (IOException e) {
            // The load generator detects missing bytes.
        }
    }
}
