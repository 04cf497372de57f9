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
 * What every sample server lets its user choose, and how that is said to the library.
 *
 * @param transport       moves the bytes
 * @param host            a name or address of this machine
 * @param port            0 picks a free one
 * @param deflate         whether messages may be compressed
 * @param maxMessageBytes the longest message that is received
 * @param origins         patterns of web pages that may connect, besides those of the same host; {@code *}
 *                        for any
 * @param hosts           patterns of hosts that are served, besides the loopback ones; {@code *} for any,
 * none for the default
 * @param maxConnections  how many connections at once
 * @param sockets         options of the listening and the accepted sockets
 * @param closeMode       how the server closes
 * @param tls             empty to serve in clear
 */
record ServerSettings(Transport transport, String host, int port, boolean deflate, long maxMessageBytes,
        List<String> origins, List<String> hosts, int maxConnections, SocketOptions sockets,
        CloseMode closeMode,
        Optional<ServerTls> tls) {
    /** The defaults, on any free port. */
    static ServerSettings of(Transport transport) {
        return new ServerSettings(transport, "127.0.0.1", 0, false, Limits.DEFAULT.maxMessageBytes(),
                List.of(), List.of(),
                10_000, SocketOptions.DEFAULT, CloseMode.HALF_CLOSE, Optional.empty());
    }

    /**
     * A server that has no endpoints yet.
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

    /** An endpoint that has no handler yet. */
    Endpoint.Builder endpoint() {
        return Endpoint.builder()
                .origins(originPolicy())
                .extensions(deflate ? List.of(PerMessageDeflate.create()) : List.of());
    }

    /**
     * Long messages need a long queue. A queue that has any room takes one more message, whatever its length;
     * with room for one of the longest, a peer to which two are sent in a row is not yet taken for a slow
     * one.
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

    /** The effective options, for the log. */
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
