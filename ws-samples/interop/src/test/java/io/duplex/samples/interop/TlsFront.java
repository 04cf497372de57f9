package io.duplex.samples.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/**
 * Ends TLS in front of a server in clear, with the JDK's own sockets: it makes an https proxy of an http one.
 */
final class TlsFront implements AutoCloseable {
    private final ServerSocket listening;
    private final int behind;

    /**
     * Listens on a free port of the loopback address.
     *
     * @param context with a key and a certificate
     * @param behind  the port of the server, there too
     */
    TlsFront(SSLContext context, int behind) throws IOException {
        this.behind = behind;
        this.listening =
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket front = listening.accept();
                Socket back = new Socket(InetAddress.getLoopbackAddress(), behind);
                Thread.ofVirtual().start(() -> pump(front, back));
                Thread.ofVirtual().start(() -> pump(back, front));
            } catch (IOException closed) {
                // The listening socket; the loop ends.
            }
        }
    }

    /** Copies until one side is over, and then ends both: enough for tests that close their connections. */
    private static void pump(Socket from, Socket to) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException over) {
            // The other pump has closed both.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
