package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The JDK's kinds of sockets look the same through it. */
class KernelSocketTest {
    private static void setsAndGets(KernelSocket socket) throws IOException {
        assertTrue(socket.supported().contains(StandardSocketOptions.SO_RCVBUF));
        socket.set(StandardSocketOptions.SO_REUSEADDR, false);
        assertEquals(false, socket.get(StandardSocketOptions.SO_REUSEADDR));
        socket.set(StandardSocketOptions.SO_REUSEADDR, true);
        assertEquals(true, socket.get(StandardSocketOptions.SO_REUSEADDR));
        assertTrue(socket.isOpen());
        assertThrows(UnsupportedOperationException.class,
                () -> socket.set(StandardSocketOptions.IP_MULTICAST_LOOP, true));
    }

    private static SocketOption<?> urgentData(KernelSocket socket) {
        return socket.supported()
                .stream()
                .filter(option -> option.name().equals("SO_OOBINLINE"))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static void takesUrgentDataInline(KernelSocket socket) throws IOException {
        SocketOption<Boolean> option = (SocketOption<Boolean>) urgentData(socket);
        assertEquals(false, socket.get(option));
        socket.set(option, true);
        assertEquals(true, socket.get(option));
    }

    @Test
    void blockingSockets() throws IOException {
        Socket socket = new Socket();
        try (socket) {
            setsAndGets(KernelSocket.of(socket));
            takesUrgentDataInline(KernelSocket.of(socket));
            assertTrue(socket.getOOBInline());
        }
        assertFalse(KernelSocket.of(socket).isOpen());
    }

    @Test
    void blockingListeningSockets() throws IOException {
        ServerSocket socket = new ServerSocket();
        try (socket) {
            setsAndGets(KernelSocket.of(socket));
        }
        assertFalse(KernelSocket.of(socket).isOpen());
    }

    @Test
    void channels() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try (channel) {
            setsAndGets(KernelSocket.of(channel));
            takesUrgentDataInline(KernelSocket.of(channel));
            assertTrue(channel.socket().getOOBInline());
        }
        assertFalse(KernelSocket.of(channel).isOpen());
    }

    @Test
    void listeningChannels() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            setsAndGets(KernelSocket.of(channel));
        }
    }

    @Test
    void unixDomainChannelsHaveFewOptions() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Set<String> names = KernelSocket.of(channel)
                    .supported()
                    .stream()
                    .map(SocketOption::name)
                    .filter(name -> !name.equals("SO_PEERCRED"))
                    .collect(Collectors.toSet());
            assertEquals(Set.of("SO_RCVBUF", "SO_SNDBUF", "SO_LINGER"), names);
        }
    }
}
