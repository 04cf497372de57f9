package io.duplex.transport.bio.driver;

import io.duplex.transport.AddressText;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

/**
 * A socket, accepted or still to be connected, and what is done with it. Decides nothing. One thread may read while another
 * writes; {@link #close} and {@link #reset} may come from any thread and end both.
 */
final class Wire {
    private final Socket socket;
    private final KernelSocket kernel;
    private final SocketSetup setup;
    private final boolean accepted;
    private final SocketAddress remote;
    private volatile SocketAddress local;
    private volatile boolean connected;
    private InputStream in;
    private OutputStream out;

    private Wire(Socket socket, SocketSetup setup, boolean accepted, SocketAddress remote) {
        this.socket = socket;
        this.kernel = KernelSocket.of(socket);
        this.setup = setup;
        this.accepted = accepted;
        this.remote = remote;
        this.connected = accepted;
        this.local = accepted
                ? socket.getLocalSocketAddress()
                : InetSocketAddress.createUnresolved("unconnected", 0);
    }

    static Wire accepted(Socket socket, SocketSetup setup) {
        return new Wire(socket, setup, true, socket.getRemoteSocketAddress());
    }

    static Wire to(SocketAddress remote, SocketSetup setup) {
        return new Wire(new Socket(), setup, false, remote);
    }

    /** Makes the socket ready for bytes; if it is to be connected, connects it, which may take long. */
    void open() throws IOException {
        setup.apply(kernel);
        if (!connected) {
            connect();
            setup.connected(kernel);
        }
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    private void connect() throws IOException {
        try {
            socket.connect(remote);
        } catch (IOException | IllegalArgumentException e) {
            ConnectException named = new ConnectException(
                    "cannot connect to " + AddressText.of(remote) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
        local = socket.getLocalSocketAddress();
        connected = true;
    }

    boolean isAccepted() {
        return accepted;
    }

    /** Whether TCP was ever established. */
    boolean wasConnected() {
        return connected;
    }

    SocketAddress local() {
        return local;
    }

    SocketAddress remote() {
        return remote;
    }

    /** Asked of the kernel now. */
    SocketOptions effectiveOptions() {
        if (!connected) {
            throw new IllegalStateException("not connected: the socket is not what it will be");
        }
        return SocketSetup.effective(kernel);
    }

    int read(byte[] into, int length) throws IOException {
        int count = in.read(into, 0, length);
        setup.afterRead(kernel);
        return count;
    }

    int available() throws IOException {
        return in.available();
    }

    void write(byte[] from, int length) throws IOException {
        out.write(from, 0, length);
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes; what was written goes on its way in the background. Idempotent. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The descriptor is gone in any case, and nobody could do anything about it.
            Log.LOGGER.log(System.Logger.Level.DEBUG, "! close of " + remote, e);
        }
    }

    /** Throws away what was not sent and tells the peer so (RST). Idempotent. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already, or the connection has broken: there is nothing left to reset.
            Log.LOGGER.log(System.Logger.Level.DEBUG, "! reset of " + remote, e);
        }
        close();
    }
}
