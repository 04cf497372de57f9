package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.bio.BioTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** What blocking sockets cannot do is refused, with the name of what can. */
class UnixAddressTest {
    private static final UnixDomainSocketAddress ADDRESS = UnixDomainSocketAddress.of("/tmp/never-made");
    private static final WebSocketHandler HANDLER = new WebSocketHandler() {};

    private static WebSocketServer.Builder server() {
        return WebSocketServer.builder().transport(new BioTransport()).daemon(true).endpoint("/", HANDLER);
    }

    @Test
    void serversAndClientsOnFilesAreRefused() {
        IOException listening = assertThrows(IOException.class, () -> server().bind(ADDRESS).start());
        assertEquals(
                "cannot listen on unix:/tmp/never-made: java.net.Socket supports Internet addresses only;"
                        + " use the nio transport for Unix domain sockets",
                listening.getMessage());
        try (WebSocketClient client = WebSocketClient.builder().transport(new BioTransport()).build()) {
            IOException connecting = assertThrows(IOException.class, () -> client.connect(
                    ClientRequest.builder(URI.create("ws://a/")).address(ADDRESS).build()));
            assertTrue(connecting.getMessage().contains("use the nio transport"), connecting.getMessage());
        }
    }

    @Test
    void aChannelIsNotAdoptedButClosed() throws IOException {
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                WebSocketServer server = server().bind("127.0.0.1", 0).start()) {
            SocketChannel channel = SocketChannel.open(listening.getLocalAddress());
            UnsupportedOperationException refused =
                    assertThrows(UnsupportedOperationException.class, () -> server.adopt(channel));
            assertTrue(refused.getMessage().contains("nio"), refused.getMessage());
            assertTrue(!channel.isOpen());
        }
    }
}
