package io.duplex.transport;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Set;

/**
 * The options of a socket: one view of the JDK's three kinds. It never opens, binds or closes anything. For
 * transports; thread-safe, as the JDK's sockets are in this.
 */
public interface KernelSocket {
    /**
     * Returns the options that the platform supports for this kind of socket.
     *
     * @return the options that can be set and read
     */
    Set<SocketOption<?>> supported();

    /**
     * Sets an option, as setsockopt(2).
     *
     * @param <T>    the type of the value
     * @param option the option
     * @param value  the value
     * @throws IOException                   if the kernel refuses it, or the socket is closed
     * @throws UnsupportedOperationException if it is not {@linkplain #supported supported}
     */
    <T> void set(SocketOption<T> option, T value) throws IOException;

    /**
     * Reads an option, as getsockopt(2).
     *
     * @param <T>    the type of the value
     * @param option the option
     * @return the kernel's value, or null if it has none
     * @throws IOException                   if the kernel refuses, or the socket is closed
     * @throws UnsupportedOperationException if it is not {@linkplain #supported supported}
     */
    <T> T get(SocketOption<T> option) throws IOException;

    /**
     * Says whether the socket is open.
     *
     * @return false after it was closed
     */
    boolean isOpen();

    /**
     * Views a channel.
     *
     * @param channel listening or connecting, of any protocol family
     * @return a view of it
     */
    static KernelSocket of(NetworkChannel channel) {
        return new KernelSockets.OfChannel(channel);
    }

    /**
     * Views a blocking socket.
     *
     * @param socket connected or not
     * @return a view of it
     */
    static KernelSocket of(Socket socket) {
        return new KernelSockets.OfSocket(socket);
    }

    /**
     * Views a blocking listening socket.
     *
     * @param socket bound or not
     * @return a view of it
     */
    static KernelSocket of(ServerSocket socket) {
        return new KernelSockets.OfServerSocket(socket);
    }
}
