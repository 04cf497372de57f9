package io.duplex.transport.bio.driver;

import io.duplex.transport.AddressText;
import io.duplex.transport.CauseText;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.LingeringCloses;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A socket, accepted or still to be connected, with its operations. It makes no decisions. One thread may
 * read while another writes; {@link #close} and {@link #reset} may come from any thread and end both.
 */
final class Wire implements LingeringCloses.Socket {
    private static final int DISCARD_BYTES = 64 << 10;
    private static final int DISCARDS = 256;

    private final Socket socket;
    private final SocketSetup setup;
    private final boolean accepted;
    private final SocketAddress remote;
    private volatile SocketAddress local;
    private volatile boolean connected;
    /** Held by the reader, or by the closing thread once no thread reads any more. */
    private final ReentrantLock reading = new ReentrantLock();
    private InputStream in;
    private OutputStream out;

    private Wire(Socket socket, SocketSetup setup, boolean accepted, SocketAddress remote) {
        this.socket = socket;
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

    /** Prepares the socket for bytes; if it is not connected yet, connects it, which may take long. */
    void open() throws IOException {
        setup.apply(KernelSocket.of(socket));
        if (!connected) {
            connect();
            setup.connected(KernelSocket.of(socket));
        }
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    private void connect() throws IOException {
        try {
            requireInternet(remote);
            socket.connect(remote);
        } catch (IOException | IllegalArgumentException e) {
            ConnectException named = new ConnectException(
                    "cannot connect to " + AddressText.of(remote) + ": " + CauseText.of(e));
            named.initCause(e);
            throw named;
        }
        local = socket.getLocalSocketAddress();
        connected = true;
    }

    /** Refuses addresses that {@code java.net.Socket} does not support, and names the transport that does. */
    static void requireInternet(SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress)) {
            throw new IOException(
                    "java.net.Socket supports Internet addresses only; use the nio transport for Unix domain "
                            + "sockets");
        }
    }

    boolean isAccepted() {
        return accepted;
    }

    /** Returns whether TCP was ever established. */
    boolean wasConnected() {
        return connected;
    }

    SocketAddress local() {
        return local;
    }

    SocketAddress remote() {
        return remote;
    }

    /** Queries the kernel now. */
    SocketOptions effectiveOptions() {
        if (!connected) {
            throw new IllegalStateException("not connected: the options of the socket are not final");
        }
        return SocketSetup.effective(KernelSocket.of(socket));
    }

    int read(byte[] into, int length) throws IOException {
        if (!reading.tryLock()) {
            throw new SocketException("the connection is being closed");
        }
        try {
            int count = in.read(into, 0, length);
            if (setup.setsAfterReads()) {
                setup.afterRead(KernelSocket.of(socket));
            }
            return count;
        } finally {
            reading.unlock();
        }
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

    /** The state of a new connection, with the linger time of the socket's option. */
    ConnectionEnd newEnd() {
        return new ConnectionEnd(setup.lingerTime().orElse(null));
    }

    /**
     * The close must be the last use of the descriptor: if another thread is in a read, the kernel closes the
     * descriptor only when that read returns, and this call would not wait at all.
     */
    @Override
    public void closeLingering(int seconds) throws IOException {
        if (!reading.tryLock()) {
            // A thread in a read gets the end of the stream, and returns now.
            socket.shutdownInput();
            reading.lock();
        }
        try {
            discardArrived();
            socket.setSoLinger(true, seconds);
            socket.close();
        } finally {
            reading.unlock();
        }
    }

    /** Bounded: a peer that never stops sending is reset. */
    private void discardArrived() throws IOException {
        byte[] waste = new byte[DISCARD_BYTES];
        for (int i = 0; i < DISCARDS && in.available() > 0 && in.read(waste) > 0; i++) {
            // The input is discarded.
        }
    }

    @Override
    public void closeAtOnce() {
        try {
            socket.setSoLinger(false, 0);
        } catch (IOException e) {
            Log.LOGGER.debug("close of {}", remote, e);
        } finally {
            close();
        }
    }

    /** Closes; the kernel sends the written data in the background. Idempotent. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The descriptor is closed in any case, and there is no remedy.
            Log.LOGGER.debug("close of {}", remote, e);
        }
    }

    /** Discards unsent data and resets the connection (RST). Idempotent. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already, or the connection has broken: there is nothing left to reset.
            Log.LOGGER.debug("reset of {}", remote, e);
        } finally {
            close();
        }
    }
}
