package io.duplex.transport.nio;

import io.duplex.transport.AddressText;
import io.duplex.transport.CauseText;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Makes listening sockets of the address's family: one, or several on one port. */
final class Binding {
    private Binding() {}

    /**
     * Listening sockets on one address; with port 0 all get the port of the first.
     *
     * @param setup for the sockets and the connections they accept
     * @param count more than one needs SO_REUSEPORT
     */
    static List<ServerSocketChannel> bindAll(SocketAddress address, SocketSetup setup, int count,
            boolean reusePort)
            throws IOException {
        List<ServerSocketChannel> sockets = new ArrayList<>();
        try {
            sockets.add(bind(address, setup, reusePort));
            while (sockets.size() < count) {
                sockets.add(bind(sockets.get(0).getLocalAddress(), setup, reusePort));
            }
            return sockets;
        } catch (IOException | RuntimeException e) {
            for (ServerSocketChannel socket : sockets) {
                socket.close();
            }
            throw e;
        }
    }

    /** A listening socket. */
    static ServerSocketChannel bind(SocketAddress address, SocketSetup setup, boolean reusePort)
            throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel socket = unix
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            setup.listening(KernelSocket.of(socket));
            if (reusePort) {
                setReusePort(socket);
            }
            return socket.bind(address, setup.backlog());
        } catch (UnsupportedOptionException e) {
            socket.close();
            throw e;
        } catch (IOException | RuntimeException e) {
            socket.close();
            String why = unix ? SocketFile.whyNot((UnixDomainSocketAddress) address, e) : CauseText.of(e);
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + why, e);
        }
    }

    private static void setReusePort(ServerSocketChannel socket) throws IOException {
        if (!socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            throw new IOException("this platform has no SO_REUSEPORT for such an address;"
                    + " use Accepting.ONE_ACCEPTOR");
        }
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }
}
