package io.duplex.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;

/**
 * A way to move bytes: blocking sockets, selectors, virtual threads. A transport is found by
 * {@link java.util.ServiceLoader} when it is the only one on the class path, or named by the application. It
 * holds configuration only; threads and sockets belong to the {@link Listener}s and {@link Connector}s that
 * it opens. Immutable and thread-safe.
 */
public interface Transport {
    /**
     * The short name that commands and log lines use.
     *
     * @return for instance {@code bio}
     */
    String name();

    /**
     * Which transports come with this one as a part of it, and are not meant when only this one was chosen as
     * a dependency.
     *
     * @return names; by default none
     */
    default Set<String> supersedes() {
        return Set.of();
    }

    /**
     * Binds a listening socket and accepts connections on threads of its own.
     *
     * @param address   where to bind; port 0 picks a free port
     * @param settings  names, limits and socket settings
     * @param admission asked about each accepted connection
     * @return the bound listener, accepting; everything that its first connection needs (threads, selectors,
     * classes) is there
     * @throws IOException                if the address cannot be bound; the message names it
     * @throws UnsupportedOptionException if a socket option cannot be set
     */
    Listener listen(SocketAddress address, TransportSettings settings, Admission admission)
            throws IOException;

    /**
     * Makes ready to open connections.
     *
     * @param settings names, limits and socket settings
     * @return a connector; its threads start with its first connection
     * @throws UnsupportedOptionException if a socket option cannot be set
     */
    Connector connector(TransportSettings settings);

    /**
     * Returns the socket options that this transport can set on this platform. A server accepts the options
     * that its listening or its accepted sockets support.
     *
     * @param role the kind of sockets
     * @return the options, including those that Duplex emulates; by default none
     */
    default Set<SocketOption<?>> supportedOptions(SocketRole role) {
        return Set.of();
    }

    /** Decides about accepted connections. Called from many threads. */
    @FunctionalInterface
    interface Admission {
        /**
         * A connection was accepted. A layer that the transport then cannot carry, for want of memory or
         * threads, gets {@link ByteLayer#released} alone.
         *
         * @param remote   the peer's address
         * @param nanoTime now, on the transport's clock
         * @return a new layer for it; an empty answer refuses the connection with a reset
         */
        Optional<ByteLayer> accept(SocketAddress remote, long nanoTime);
    }

    /** A bound listening socket with the connections it accepted. */
    interface Listener extends AutoCloseable {
        /**
         * Where it listens.
         *
         * @return the bound address, with the real port
         */
        SocketAddress address();

        /**
         * The options of the listening socket as the kernel has them, and the backlog as it was asked for.
         * The kernel rounds and caps buffer sizes. By default none, for listeners without a socket.
         *
         * @return what is in force; an option that such a socket does not have is empty
         * @throws IllegalStateException if the socket is closed
         */
        default SocketOptions effectiveOptions() {
            return SocketOptions.DEFAULT;
        }

        /** Closes the listening socket; connections live on. Idempotent. */
        void stopAccepting();

        /**
         * Carries a connection that the application has accepted, like one of its own. From this call on the
         * channel is the listener's, which closes it also if the call fails.
         *
         * @param channel connected, and not registered with a selector
         * @throws IOException                   if it was not taken: the layers refused it, or it is closed
         * @throws IllegalArgumentException      if it is not connected, or registered with a selector
         * @throws UnsupportedOperationException if this transport carries no channels, which is the default
         */
        default void adopt(SocketChannel channel) throws IOException {
            channel.close();
            throw new UnsupportedOperationException(
                    "this transport cannot adopt a channel; the nio transport can");
        }

        /**
         * Resets every connection that is left, waits until each layer has had its {@link ByteLayer#released}
         * call, and ends the threads. Idempotent. Called from one of its own threads it does not wait.
         */
        @Override
        void close();
    }

    /** Opens connections. */
    interface Connector extends AutoCloseable {
        /**
         * Starts to connect and returns. The outcome goes to the layer: {@link ByteLayer#connected}, or
         * {@link ByteLayer#receiveFailure} and {@link ByteLayer#released}.
         *
         * @param remote a resolved address
         * @param layer  a new layer
         */
        void connect(SocketAddress remote, ByteLayer layer);

        /**
         * Carries a connection that the application has opened, like one of its own. From this call on the
         * channel is the connector's, which closes it also if the call fails.
         *
         * @param channel connected, and not registered with a selector
         * @param layer   a new layer; not touched if the call fails
         * @throws IOException                   if the channel is closed
         * @throws IllegalArgumentException      if it is not connected, or registered with a selector
         * @throws IllegalStateException         if the connector is closed
         * @throws UnsupportedOperationException if this transport carries no channels, which is the default
         */
        default void adopt(SocketChannel channel, ByteLayer layer) throws IOException {
            channel.close();
            throw new UnsupportedOperationException(
                    "this transport cannot adopt a channel; the nio transport can");
        }

        /** As {@link Listener#close}. */
        @Override
        void close();
    }
}
