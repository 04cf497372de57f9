package io.duplex.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/**
 * A listening socket whose connections are served by the test itself, frame by frame, to test clients. For
 * one thread.
 */
public final class RawServer implements AutoCloseable {
    private final ServerSocket listening;
    private final AboveTcp above;

    /**
     * Listens on a free port of the loopback interface.
     *
     * @throws IOException if that fails
     */
    public RawServer() throws IOException {
        this(new ServerSocket(), AboveTcp.NOTHING);
    }

    /**
     * Takes an unbound listening socket, and binds it to a free port of the loopback interface.
     *
     * @param listening the socket
     * @param above     what is put on each accepted socket
     * @throws IOException if that fails
     */
    public RawServer(ServerSocket listening, AboveTcp above) throws IOException {
        this.listening = listening;
        this.above = above;
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listening.setSoTimeout(RawSocket.READ_TIMEOUT_MILLIS);
    }

    /**
     * Awaits a connection.
     *
     * @return the connection, before its handshake
     * @throws IOException if there is none
     */
    public RawSocket accept() throws IOException {
        Socket tcp = listening.accept();
        return new RawSocket(above.on(tcp), tcp);
    }

    /**
     * Returns its address.
     *
     * @return the bound port
     */
    public int port() {
        return listening.getLocalPort();
    }

    /**
     * A URI that leads here.
     *
     * @param path the path
     * @return with scheme ws
     */
    public URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + port() + path);
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
