package io.duplex.transport;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Set;

/**
 * A socket as far as its options go: the same view of the JDK's three kinds. It never opens, binds or closes
 * anything. For transports; thread-safe, as the JDK's sockets are in this.
 */
public interface KernelSocket {
    /**
     * What the platform knows for this kind of socket.
     *
     * @return the options that may be set and got
     */
    Set<SocketOption<?>> supported();

    /**
     * As setsockopt(2).
     *
     * @param <T>    the type of the value
     * @param option which one
     * @param value  the value
     * @throws IOException                   if the kernel refuses it, or the socket is closed
     * @throws UnsupportedOperationException if it is not {@linkplain #supported supported}
     */
    <T> void set(SocketOption<T> option, T value) throws IOException;

    /**
     * As getsockopt(2).
     *
     * @param <T>    the type of the value
     * @param option which one
     * @return the value as the kernel has it, or null if it has none
     * @throws IOException                   if the kernel refuses, or the socket is closed
     * @throws UnsupportedOperationException if it is not {@linkplain #supported supported}
     */
    <T> T get(SocketOption<T> option) throws IOException;

    /**
     * Whether the socket is still there.
     *
     * @return false after it was closed
     */
    boolean isOpen();

    /**
     * A channel.
     *
     * @param channel listening or connecting, of any protocol family
     * @return a view of it
     */
    static KernelSocket of(NetworkChannel channel) {
        return new KernelSockets.OfChannel(channel);
    }

    /**
     * A blocking socket.
     *
     * @param socket connected or not
     * @return a view of it
     */
    static KernelSocket of(Socket socket) {
        return new KernelSockets.OfSocket(socket);
    }

    /**
     * A blocking listening socket.
     *
     * @param socket bound or not
     * @return a view of it
     */
    static KernelSocket of(ServerSocket socket) {
        return new KernelSockets.OfServerSocket(socket);
    }
}
