package io.duplex.samples.servers;

import io.duplex.CloseMode;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.SendQueueOptions;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.Endpoint;
import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a sample server, and the builders of the library that they configure.
 *
 * @param transport       the transport
 * @param host            a name or address of this machine
 * @param port            0 picks a free one
 * @param deflate         whether compression is accepted
 * @param maxMessageBytes the maximum length of a received message
 * @param origins         patterns of web pages that may connect in addition to those of the same host;
 *                        {@code *} for any
 * @param hosts           patterns of hosts that are served in addition to the loopback ones; {@code *} for
 *                        any, none for the default
 * @param maxConnections  the maximum number of concurrent connections
 * @param sockets         options of the listening and the accepted sockets
 * @param closeMode       the close mode of the server
 * @param tls             empty to serve in clear
 */
record ServerSettings(Transport transport, String host, int port, boolean deflate, long maxMessageBytes,
        List<String> origins, List<String> hosts, int maxConnections, SocketOptions sockets,
        CloseMode closeMode,
        Optional<ServerTls> tls) {
    /** Returns the defaults, with a free port. */
    static ServerSettings of(Transport transport) {
        return new ServerSettings(transport, "127.0.0.1", 0, false, Limits.DEFAULT.maxMessageBytes(),
                List.of(), List.of(),
                10_000, SocketOptions.DEFAULT, CloseMode.HALF_CLOSE, Optional.empty());
    }

    /**
     * Creates a server without endpoints.
     *
     * @throws IOException if the host is unknown
     */
    WebSocketServer.Builder server() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("unknown host: " + host);
        }
        WebSocketServer.Builder server = WebSocketServer.builder()
                .transport(transport)
                .bind(address)
                .options(options())
                .socketOptions(sockets)
                .listener(new SocketLog())
                .httpOrigins(originPolicy())
                .maxConnections(maxConnections)
                .threadName("ws");
        tls.ifPresent(secure -> server.secure(secure.tls()));
        hostPolicy().ifPresent(server::hosts);
        return server;
    }

    /** Creates an endpoint without a handler. */
    Endpoint.Builder endpoint() {
        return Endpoint.builder()
                .origins(originPolicy())
                .extensions(deflate ? List.of(PerMessageDeflate.create()) : List.of());
    }

    /**
     * Sizes the send queue for long messages. A queue with any room accepts one more message of any length.
     * With room for the longest message, two of them in a row do not count as a slow peer.
     */
    ConnectionOptions options() {
        SendQueueOptions queue = SendQueueOptions.SERVER;
        return ConnectionOptions.SERVER.withLimits(Limits.DEFAULT.withMaxMessageBytes(maxMessageBytes))
                .withSendQueue(queue.withLimitBytes(Math.max(queue.limitBytes(), maxMessageBytes)))
                .withCloseMode(closeMode);
    }

    private Optional<HostPolicy> hostPolicy() {
        if (hosts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(hosts.contains("*")
                ? HostPolicy.any()
                : HostPolicy.allow(hosts.toArray(String[]::new)).orLoopback());
    }

    private OriginPolicy originPolicy() {
        if (origins.isEmpty()) {
            return OriginPolicy.sameHost();
        }
        return origins.contains("*")
                ? OriginPolicy.any()
                : OriginPolicy.allow(origins.toArray(String[]::new)).orSameHost();
    }

    /** Returns the effective options, for the log. */
    @Override
    public String toString() {
        return "transport " + transport.name() + ", host " + host + ", port " + port + ", deflate "
                + (deflate ? "on" : "off") + ", max-message " + maxMessageBytes + " bytes, origins "
                + (origins.contains("*")
                        ? "any"
                        : "same host" + origins.stream().map(o -> " or " + o).reduce("", String::concat))
                + ", hosts " + (hosts.isEmpty() ? "default" : String.join(" or ", hosts))
                + ", max-connections " + maxConnections + ", close-mode " + closeMode + ", tls "
                + tls.map(ServerTls::description).orElse("off");
    }
}
