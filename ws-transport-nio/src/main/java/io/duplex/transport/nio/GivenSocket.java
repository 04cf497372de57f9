package io.duplex.transport.nio;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A socket that the application or its parent process has made, for one listener. Thread-safe. */
final class GivenSocket {
    private final Channel channel;
    private final AtomicBoolean taken = new AtomicBoolean();

    private GivenSocket(Channel channel) {
        this.channel = channel;
    }

    static GivenSocket listening(ServerSocketChannel channel) {
        return new GivenSocket(Objects.requireNonNull(channel, "socket"));
    }

    /** The channel of {@link System#inheritedChannel}. */
    static GivenSocket inherited(Channel channel) throws IOException {
        if (channel == null) {
            throw new IOException(
                    "no socket was inherited: the standard input of this process is not a socket."
                            + " Start it from inetd, or from systemd with StandardInput=socket");
        }
        if (!(channel instanceof ServerSocketChannel || channel instanceof SocketChannel)) {
            throw new IOException("the inherited channel is not a stream socket: " + channel);
        }
        return new GivenSocket(channel);
    }

    ListeningSockets take() throws IOException {
        if (taken.getAndSet(true)) {
            throw new IOException("the socket already belongs to another server: " + channel);
        }
        return channel instanceof ServerSocketChannel listening
                ? ofListening(listening)
                : ofConnection((SocketChannel) channel);
    }

    private static ListeningSockets ofListening(ServerSocketChannel channel) throws IOException {
        if (channel.getLocalAddress() == null) {
            throw new IOException("the given socket is not bound: " + channel);
        }
        channel.configureBlocking(true);
        return new ListeningSockets(channel.getLocalAddress(), List.of(channel), Optional.empty(),
                Optional.empty());
    }

    private static ListeningSockets ofConnection(SocketChannel channel) throws IOException {
        return new ListeningSockets(channel.getLocalAddress(), List.of(), Optional.empty(),
                Optional.of(channel));
    }
}
