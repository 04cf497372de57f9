package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Refusal;
import io.duplex.Timeouts;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.http.PathPattern;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import io.duplex.server.OriginPolicy;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Server and client runtimes on a network in memory. */
public final class Memory implements AutoCloseable {
    public static final String UPGRADE =
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    public static final ConnectionOptions OPTIONS = ConnectionOptions.SERVER
            .withTimeouts(Timeouts.DEFAULT.withoutKeepAlive());

    /** More than any test holds. */
    private static final long BUDGET_BYTES = 64 << 20;

    public final MemoryTransport transport = new MemoryTransport();
    final List<Integer> refused = new CopyOnWriteArrayList<>();
    private TransportSettings settings = new TransportSettings("memory", true);
    private final ConnectionListener listener = new ConnectionListener() {
        @Override
        public void refused(Refusal refusal) {
            refused.add(refusal.status());
        }
    };
    HttpHandler http;
    TransportSecurity secure;
    ServerConfig.PerAddress addressLimits = new ServerConfig.PerAddress(1_000, 200);

    /** What servers and clients that are made from now on do with their sockets. */
    public void sockets(SocketOptions sockets) {
        settings = new TransportSettings("memory", true, sockets);
    }

    /** A server with this endpoint at every path of one segment and at the root. */
    public ServerRuntime server(Endpoint endpoint, int maxConnections) throws IOException {
        return ServerRuntime
                .start(new ServerConfig(transport, new InetSocketAddress("127.0.0.1", 0), settings,
                        EndpointRoutes.builder().add(PathPattern.of("/"), Endpoints.config(endpoint)).build(),
                        http,
                        new ServerConfig.HttpSettings((listening, host) -> true,
                                OriginPolicy.sameHost()::allows,
                                1024),
                        OPTIONS,
                        HeadLimits.DEFAULT, maxConnections, listener, null,
                        secure, BUDGET_BYTES, addressLimits));
    }

    public ServerRuntime server(Endpoint endpoint) throws IOException {
        return server(endpoint, 100);
    }

    public ClientRuntime client() {
        return client(ClientRequests.DIRECT);
    }

    public ClientRuntime client(ClientConfig.Routing routing) {
        return new ClientRuntime(
                new ClientConfig(transport, settings, ConnectionOptions.CLIENT, null,
                        null, null, routing, BUDGET_BYTES));
    }

    public static ClientRequest to(ServerRuntime server, String path) {
        return ClientRequest.builder(
                URI.create("ws://127.0.0.1:" + ((InetSocketAddress) server.address()).getPort() + path))
                .maxRedirects(2)
                .build();
    }

    public PlainLayer dial(ServerRuntime server) {
        return transport.dial(server.address());
    }

    /** Sends, and returns all that came on this connection so far. */
    public String exchange(PlainLayer peer, String text) {
        transport.run(() -> peer.send(text));
        return transport.ask(peer::received);
    }

    public static <T> T within(Future<T> future) {
        try {
            return future.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** What a future fails with. */
    public static Throwable failureOf(Future<?> future) {
        try {
            throw new AssertionError("did not fail but gave "
                    + future.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
