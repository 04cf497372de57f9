package io.duplex.connection;

import io.duplex.Authorization;
import io.duplex.Limits;
import io.duplex.Timeouts;
import io.duplex.handshake.ServerHandshake;
import io.duplex.handshake.Step;
import io.duplex.handshake.Upgrade;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.http.Persistence;
import io.duplex.http.PlainHttpExchange;
import io.duplex.http.RequestHead;
import io.duplex.http.RequestReader;
import io.duplex.session.Session;
import io.duplex.transport.Durations;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One accepted connection: requests of plain HTTP, one after the other, until one of them is a WebSocket handshake. While an
 * application's answer is awaited, input is held back. A refused peer gets its response, then FIN; what it still sends is drained, so
 * that no reset destroys the response on its way.
 */
public final class ServerConnection extends UpgradingLayer {
    /** The server around its connections. */
    public interface Environment {
        /** Decides about requests. */
        ServerHandshake handshake();

        /** Answers plain HTTP. */
        HttpHandler http();

        /** Bounds of a request's head. */
        HeadLimits headLimits();

        /** Deadlines before the handshake is over. */
        Timeouts timeouts();

        /** Bounds of what is drained. */
        Limits limits();

        /** Makes the session of an accepted handshake. */
        Session open(Upgrade upgrade, LayerHost host);

        /** Counts a refusal. */
        void refused(int status);

        /** Reports what an application threw while it answered a request. */
        void failed(Throwable thrown);

        /** The connection is over. */
        void gone(ServerConnection connection);
    }

    private static final System.Logger LOG = System.getLogger("io.duplex");
    /** The first byte of TLS (RFC 8446 section 5.1): a record of its handshake. No HTTP method begins with it. */
    private static final byte TLS_HANDSHAKE = 22;

    private final Environment server;
    private final boolean overloaded;
    /** Null until the handshake is over. */
    private volatile Session session;
    /** Null between two heads, and once there is a session. */
    private RequestReader reader;
    /** The method of the request that is being answered. */
    private String method = "GET";
    private volatile boolean stopping;

    private ServerConnection(Environment server, boolean overloaded) {
        this.server = server;
        this.overloaded = overloaded;
    }

    /** A connection that is served. */
    public static ServerConnection serving(Environment server) {
        return new ServerConnection(server, false);
    }

    /** A connection too many: it gets 503, whatever it asks. */
    public static ServerConnection refusing(Environment server) {
        return new ServerConnection(server, true);
    }

    @Override
    void started(long nanoTime) {
        deadline(Durations.deadline(nanoTime, server.timeouts().handshake()));
        if (stopping) {
            stopNow();
        }
    }

    @Override
    public void connected(long nanoTime) {
        if (overloaded && !isEnding()) {
            refuse("GET", HttpResponse.error(HttpStatus.SERVICE_UNAVAILABLE,
                    "too many connections; try again later"));
        }
    }

    @Override
    void receiveHttp(ByteBuffer src, long nanoTime) {
        if (reader == null) {
            if (src.get(src.position()) == TLS_HANDSHAKE) {
                refuseTls();
                return;
            }
            reader = new RequestReader(server.headLimits());
        }
        try {
            Optional<RequestHead> head = reader.read(src);
            if (head.isPresent()) {
                reader = null;
                request(head.get());
            }
        } catch (HttpException fault) {
            refuse("GET", HttpResponse.of(fault));
        }
    }

    private void refuseTls() {
        LOG.log(System.Logger.Level.DEBUG,
                () -> "! TLS came from " + host().remoteAddress() + " to a port in clear");
        refuse("GET", HttpResponse.error(HttpStatus.BAD_REQUEST,
                "this port speaks HTTP in clear, but TLS came: use http or ws"));
    }

    private void request(RequestHead head) {
        method = head.method();
        try {
            switch (server.handshake().decide(head, host().remoteAddress(), host().secure())) {
                case Step.Refuse refusal -> refuse(refusal.method(), refusal.response());
                case Step.Plain plain -> answer(plain.exchange());
                case Step.Candidate candidate -> authorize(candidate.withRequest(known(candidate.request())));
            }
        } catch (Throwable thrown) {
            broken(head.method(), thrown);
        }
    }

    /** With what TLS knows about the peer. */
    private HttpRequest known(HttpRequest request) {
        return request.withTlsSession(host().tlsSession());
    }

    private void answer(PlainHttpExchange.Serve exchange) {
        String method = exchange.request().method();
        await(server.http().handle(known(exchange.request())), method, response -> {
            if (response.status() >= HttpStatus.BAD_REQUEST) {
                server.refused(response.status());
            }
            Persistence persistence = stopping || peerHasEnded() ? Persistence.CLOSE : exchange.persistence();
            send(response.encode(method, persistence));
            if (persistence == Persistence.CLOSE) {
                finish();
            } else {
                started(host().nanoTime());
            }
        });
    }

    private void authorize(Step.Candidate candidate) {
        await(candidate.endpoint().authorizer().authorize(candidate.request()), candidate.head().method(),
                answer -> {
                    switch (answer) {
                        case Authorization.Refused refused ->
                            refuse(candidate.head().method(), refused.response());
                        case Authorization.Granted granted ->
                            upgrade(server.handshake().accept(candidate, granted), host().nanoTime());
                    }
                });
    }

    private void upgrade(Upgrade upgrade, long nanoTime) {
        Session opened;
        try {
            opened = server.open(upgrade, host());
        } catch (Throwable thrown) {
            upgrade.extensions().forEach(extension -> extension.close());
            throw thrown;
        }
        send(upgrade.response().encode());
        session = opened;
        method = "GET";
        open(opened, nanoTime);
        if (peerHasEnded()) {
            opened.receiveEnd(nanoTime);
        }
        if (stopping) {
            stopNow();
        }
    }

    /** Goes on at once if the answer is there, in this receiving call; otherwise in one of its own. */
    private <T> void await(CompletionStage<T> stage, String method, Consumer<T> next) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone()) {
            proceed(future, method, next);
            return;
        }
        hold(true);
        future.whenComplete((value, thrown) -> host().execute(() -> {
            hold(false);
            if (!isEnding()) {
                proceed(future, method, next);
            }
        }));
    }

    private <T> void proceed(CompletableFuture<T> done, String method, Consumer<T> next) {
        try {
            next.accept(done.join());
        } catch (Throwable thrown) {
            broken(method, thrown);
        }
    }

    private void broken(String method, Throwable thrown) {
        server.failed(thrown);
        refuse(method, HttpResponse.error(HttpStatus.INTERNAL_SERVER_ERROR, "the server failed to answer"));
    }

    private void refuse(String method, HttpResponse response) {
        server.refused(response.status());
        send(response.encode(method, Persistence.CLOSE));
        finish();
    }

    private void finish() {
        hold(false);
        deadline(Durations.deadline(host().nanoTime(), server.timeouts().close()));
        end(peerHasEnded() ? OutputState.CLOSE : OutputState.END);
    }

    /** The session, once the handshake is over. */
    public Optional<Session> session() {
        return Optional.ofNullable(session);
    }

    /**
     * The server stops: an open connection says so by 1001, another one ends after the response under way, for which the application's
     * answer is awaited as long as ever.
     */
    public void stop() {
        stopping = true;
        later(this::stopNow);
    }

    private void stopNow() {
        if (session != null) {
            session.socket().goAway("server stops");
        } else if (!isEnding() && !isHeld()) {
            stopIdle();
        }
    }

    /** Between two requests nothing of the peer lies unread, so nothing is lost; a browser would keep the connection for long. */
    private void stopIdle() {
        if (reader != null || !hasSentAll()) {
            finish();
        } else {
            end(OutputState.CLOSE);
        }
    }

    @Override
    void endedEarly(long nanoTime) {
        if (!isHeld()) {
            finish();
        }
    }

    @Override
    void failedEarly(IOException cause, long nanoTime) {
        // A peer that went away before it asked for anything is no event.
    }

    @Override
    void deadlineOver(long nanoTime) {
        if (isEnding()) {
            cut();
        } else if (reader != null) {
            refuse("GET", HttpResponse.error(HttpStatus.REQUEST_TIMEOUT, "the request did not end in time"));
        } else if (isHeld()) {
            refuse(method,
                    HttpResponse.error(HttpStatus.SERVICE_UNAVAILABLE, "the server did not answer in time"));
        } else {
            finish();
        }
    }

    @Override
    void releasedEarly(Ending ending) {
        // There is nobody to tell.
    }

    @Override
    void gone() {
        server.gone(this);
    }

    @Override
    long maxDrainBytes() {
        return server.limits().maxDrainBytes();
    }
}
