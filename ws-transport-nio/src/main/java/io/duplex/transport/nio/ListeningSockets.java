package io.duplex.transport.nio;

import io.duplex.transport.SocketSetup;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * The sockets that a listener starts with.
 *
 * @param address    where they are bound
 * @param channels   in blocking mode
 * @param file       the file that binding has created
 * @param connection a connection that exists already
 */
record ListeningSockets(SocketAddress address, List<ServerSocketChannel> channels, Optional<SocketFile> file,
        Optional<SocketChannel> connection) {
    static ListeningSockets bind(SocketAddress address, SocketSetup setup, Accepting accepting, int loops)
            throws IOException {
        boolean reusePort = accepting == Accepting.REUSE_PORT;
        List<ServerSocketChannel> channels =
                Binding.bindAll(address, setup, reusePort ? loops : 1, reusePort);
        try {
            SocketAddress bound = channels.get(0).getLocalAddress();
            return new ListeningSockets(bound, channels, SocketFile.of(bound), Optional.empty());
        } catch (IOException e) {
            for (ServerSocketChannel channel : channels) {
                channel.close();
            }
            throw e;
        }
    }

    void close() throws IOException {
        file.ifPresent(SocketFile::remove);
        for (ServerSocketChannel channel : channels) {
            channel.close();
        }
        if (connection.isPresent()) {
            connection.get().close();
        }
    }
}
