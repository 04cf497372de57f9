package io.duplex.internal.connection;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.Refusal;
import io.duplex.Timeouts;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import io.duplex.http.PathPattern;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.handshake.ServerHandshake;
import io.duplex.internal.handshake.Upgrade;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.session.ConnectionContext;
import io.duplex.internal.session.Session;
import io.duplex.internal.session.Traffic;
import io.duplex.server.Authorizer;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Recorder;
import io.duplex.transport.LayerHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A server with one connection, in memory, and what it was told. For one thread. */
final class ServerBench implements ServerConnection.Environment {
    static final Duration HANDSHAKE = Duration.ofSeconds(7);
    static final Duration CLOSE = Duration.ofSeconds(3);
    static final String KEY_FIELDS = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    static final String UPGRADE = get("/chat", KEY_FIELDS);
    static final String ACCEPTED =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    final Recorder recorder;
    final List<Integer> refused = new ArrayList<>();
    final List<Refusal> refusals = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    int gone;
    HttpHandler http = request -> {
        asked.add(request.method() + " " + request.target().path());
        return CompletableFuture.completedStage(text("page " + request.target().path()));
    };
    Set<String> methods = HttpHandler.GET_AND_HEAD;
    int maxBodyBytes = 100;
    HostPolicy hosts = HostPolicy.any();
    Authorizer authorizer = Authorizer.granting();
    ConnectionOptions options = ConnectionOptions.SERVER.withTimeouts(
            Timeouts.DEFAULT.withHandshake(HANDSHAKE).withClose(CLOSE).withoutKeepAlive());
    HeadLimits headLimits = new HeadLimits(200, 10, 600);
    Optional<RuntimeException> openThrows = Optional.empty();
    int capacityBytes = 1 << 16;
    Cuts cuts = Cuts.WHOLE;
    ServerConnection connection;
    RawPeer peer;

    ServerBench() {
        this(new Recorder());
    }

    ServerBench(Recorder recorder) {
        this.recorder = recorder;
    }

    static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    static String get(String path) {
        return get(path, "");
    }

    static HttpResponse text(String body) {
        return HttpResponse.of(200).body(body, "text/plain");
    }

    /** The response with this body, as it is written to a request for GET. */
    static String page(String body, String option) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                + "\r\nConnection: " + option + "\r\n\r\n" + body;
    }

    /** A served connection that is not attached yet. */
    ServerBench serving() {
        return with(ServerConnection.serving(this));
    }

    ServerBench refusing() {
        return with(ServerConnection.refusing(this,
                new HttpException(503, "too many connections; try again later")));
    }

    private ServerBench with(ServerConnection made) {
        connection = made;
        peer = new RawPeer(connection, capacityBytes).cut(cuts);
        return this;
    }

    RawPeer connect() {
        return serving().peer.connect();
    }

    @Override
    public ServerHandshake handshake() {
        Endpoint endpoint = Endpoint.builder()
                .handler(recorder)
                .authorizer(request -> authorizer.authorize(request))
                .build();
        return new ServerHandshake(
                EndpointRoutes.builder().add(PathPattern.of("/chat"), Endpoints.config(endpoint)).build(),
                new ServerHandshake.Terms(hosts::allows, OriginPolicy.sameHost()::allows,
                        target -> methods, maxBodyBytes));
    }

    @Override
    public HttpHandler http() {
        return http;
    }

    @Override
    public HeadLimits headLimits() {
        return headLimits;
    }

    @Override
    public int maxBodyBytes() {
        return maxBodyBytes;
    }

    @Override
    public Timeouts timeouts() {
        return options.timeouts();
    }

    @Override
    public Limits limits() {
        return options.limits();
    }

    @Override
    public Session open(Upgrade upgrade, LayerHost host) {
        if (openThrows.isPresent()) {
            throw openThrows.get();
        }
        ConnectionContext context = new ConnectionContext(1, Role.SERVER,
                HandshakeHeads.of(upgrade.request(), upgrade.response()), upgrade.subprotocol().orElse(null),
                upgrade.extensions(), Map.of(), new ConcurrentHashMap<>(upgrade.attachments()), options,
                new ConnectionListener() {}, Traffic.UNCOUNTED, null, MemoryBudget.UNLIMITED);
        return new Session(context, host, recorder, null);
    }

    @Override
    public void refused(Refusal refusal) {
        refused.add(refusal.status());
        refusals.add(refusal);
    }

    @Override
    public void failed(Throwable thrown) {
        failures.add(thrown);
    }

    @Override
    public void gone(ServerConnection which) {
        gone++;
    }
}
