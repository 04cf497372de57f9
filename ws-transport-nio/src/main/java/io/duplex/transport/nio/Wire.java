package io.duplex.transport.nio;

import io.duplex.transport.AddressText;
import io.duplex.transport.CauseText;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.LingeringCloses;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A socket channel, accepted or still to be connected, with its key and their operations. It makes no
 * decisions and owns no buffer. It belongs to one loop's thread from {@link #open} on; only the addresses and
 * the options may be asked for by others, and only {@link LingeringCloses} uses it after {@link #deregister}.
 */
final class Wire implements LingeringCloses.Socket {
    private static final int DISCARD_BYTES = 64 << 10;
    private static final int DISCARDS = 256;

    private final SocketAddress remote;
    private volatile SocketAddress local;
    private final SocketSetup setup;
    private SocketChannel channel;
    private SelectionKey key;
    /** Set after the channel: a thread that sees it may ask the channel for its options. */
    private volatile boolean connected;

    private Wire(SocketAddress remote, SocketAddress local, SocketSetup setup) {
        this.setup = setup;
        this.remote = remote;
        this.local = local;
    }

    /** Takes an accepted channel; if it cannot be set up, it is left to the caller to close. */
    static Wire accepted(SocketChannel channel, SocketSetup setup) throws IOException {
        channel.configureBlocking(false);
        Wire wire = new Wire(channel.getRemoteAddress(), channel.getLocalAddress(), setup);
        wire.channel = channel;
        setup.apply(KernelSocket.of(channel));
        wire.connected = true;
        return wire;
    }

    /** Checks a channel before it is adopted. */
    static void requireConnected(SocketChannel channel) {
        if (!channel.isConnected()) {
            throw new IllegalArgumentException("only a connected channel can be adopted: " + channel);
        }
        if (channel.isRegistered()) {
            throw new IllegalArgumentException("the channel is still registered with a selector: " + channel);
        }
    }

    static Wire to(SocketAddress remote, SocketSetup setup) {
        return new Wire(remote, InetSocketAddress.createUnresolved("unconnected", 0), setup);
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

    /** Queries the kernel now; for any thread. */
    SocketOptions effectiveOptions() {
        if (!connected) {
            throw new IllegalStateException("not connected: the options of the socket are not final");
        }
        return SocketSetup.effective(KernelSocket.of(channel));
    }

    /**
     * Registers the channel with a selector; if it is not connected yet, opens it and starts to connect.
     *
     * @return true if it is connected already; otherwise {@link #finishConnect} follows
     */
    boolean open(Selector selector, NioConnection connection) throws IOException {
        if (connected) {
            register(selector, SelectionKey.OP_READ, connection);
        } else {
            connect(selector, connection);
        }
        return connected;
    }

    private void register(Selector selector, int ops, NioConnection connection) throws IOException {
        key = channel.register(selector, ops, connection);
    }

    private void connect(Selector selector, NioConnection connection) throws IOException {
        try {
            channel = remote instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            channel.configureBlocking(false);
            setup.apply(KernelSocket.of(channel));
            boolean atOnce = channel.connect(remote);
            register(selector, SelectionKey.OP_CONNECT, connection);
            if (atOnce) {
                established();
            }
        } catch (IOException | IllegalArgumentException | UnsupportedOptionException e) {
            throw notConnected(CauseText.of(e), e);
        }
    }

    /** Returns whether the connection is established; false if the key was ready spuriously. */
    boolean finishConnect() throws IOException {
        try {
            if (channel.finishConnect()) {
                established();
            }
            return connected;
        } catch (IOException e) {
            throw notConnected(CauseText.of(e), e);
        }
    }

    private void established() throws IOException {
        local = channel.getLocalAddress();
        setup.connected(KernelSocket.of(channel));
        connected = true;
    }

    IOException notConnected(String why, Throwable cause) {
        ConnectException named =
                new ConnectException("cannot connect to " + AddressText.of(remote) + ": " + why);
        named.initCause(cause);
        return named;
    }

    /** Sets the interest of the key; costs nothing if it is unchanged. */
    void setInterest(int ops) {
        if (ops != key.interestOps()) {
            key.interestOps(ops);
        }
    }

    int interest() {
        return key.interestOps();
    }

    int readyOps() {
        return key.readyOps();
    }

    /** Returns the number of bytes read, -1 at the end of the stream. */
    int read(ByteBuffer into) throws IOException {
        int count = channel.read(into);
        if (setup.setsAfterReads()) {
            setup.afterRead(KernelSocket.of(channel));
        }
        return count;
    }

    /** Returns the number of bytes that the socket accepted. */
    long write(ByteBuffer[] pieces, int count) throws IOException {
        return count == 1 ? channel.write(pieces[0]) : channel.write(pieces, 0, count);
    }

    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** The state of a new connection, with the linger time of the socket's option. */
    ConnectionEnd newEnd() {
        return new ConnectionEnd(setup.lingerTime().orElse(null));
    }

    /**
     * The selector deregisters the channel in its next select. Before that a close would only mark the
     * channel, and the selector would call close(2), with its wait, on the loop.
     */
    void deregister() {
        if (key != null) {
            key.cancel();
        }
    }

    @Override
    public void closeLingering(int seconds) throws IOException {
        discardArrived();
        channel.setOption(StandardSocketOptions.SO_LINGER, seconds);
        channel.close();
    }

    /** Bounded: a peer that never stops sending is reset. */
    private void discardArrived() throws IOException {
        ByteBuffer waste = ByteBuffer.allocate(DISCARD_BYTES);
        for (int i = 0; i < DISCARDS && channel.read(waste.clear()) > 0; i++) {
            // The input is discarded.
        }
    }

    @Override
    public void closeAtOnce() {
        try {
            setLinger(channel, -1);
        } finally {
            close();
        }
    }

    /**
     * Closes; the kernel sends the written data in the background. The descriptor is closed by the next
     * select.
     */
    void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The descriptor is closed in any case, and there is no remedy.
            Log.LOGGER.debug("close of {}", remote, e);
        }
    }

    /**
     * Discards unsent data and resets the connection (RST). Idempotent; the socket is closed even if the
     * reset fails.
     */
    void reset() {
        try {
            if (connected) {
                setLinger(channel, 0);
            }
        } finally {
            close();
        }
    }

    /** As {@link #reset}, for an accepted channel that has no wire. */
    static void refuse(SocketChannel channel) throws IOException {
        try {
            setLinger(channel, 0);
        } finally {
            channel.close();
        }
    }

    /**
     * A Unix domain socket has no such option and cannot be reset: its peer sees a plain end, or a reset if
     * it has sent unread data.
     *
     * @param seconds 0: a close resets; -1: it does not wait
     */
    private static void setLinger(SocketChannel channel, int seconds) {
        if (!channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
            return;
        }
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, seconds);
        } catch (IOException e) {
            // Closed already, or the connection has broken: there is nothing left to reset.
            Log.LOGGER.debug("close of {}", channel, e);
        }
    }
}
