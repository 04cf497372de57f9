package io.duplex.internal.connection;

import io.duplex.Limits;
import io.duplex.Refusal;
import io.duplex.Timeouts;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.http.Persistence;
import io.duplex.http.RequestBody;
import io.duplex.http.RequestBodyReader;
import io.duplex.http.RequestHead;
import io.duplex.http.RequestReader;
import io.duplex.internal.handshake.Admission;
import io.duplex.internal.handshake.RequestDecision;
import io.duplex.internal.handshake.ServerHandshake;
import io.duplex.internal.handshake.Upgrade;
import io.duplex.internal.session.Session;
import io.duplex.transport.AddressText;
import io.duplex.transport.Durations;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.SafeLog;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One accepted connection: requests of plain HTTP, one after the other, until one of them is a WebSocket
 * handshake. While an application's answer is pending, reading pauses. A refused peer gets its response, then
 * FIN; its further input is drained, so that no reset destroys the response in flight.
 */
public final class ServerConnection extends UpgradingLayer {
    /** The server, as its connections see it. */
    public interface Environment {
        /** Decides about requests. */
        ServerHandshake handshake();

        /** Answers plain HTTP. */
        HttpHandler http();

        /** Bounds of a request's head. */
        HeadLimits headLimits();

        /** The longest body of a plain HTTP request. */
        int maxBodyBytes();

        /** Deadlines until the handshake is complete. */
        Timeouts timeouts();

        /** Bounds of what is drained. */
        Limits limits();

        /** Makes the session of an accepted handshake. */
        Session open(Upgrade upgrade, LayerHost host);

        /** Reports a refusal. */
        void refused(Refusal refusal);

        /** Reports an exception of the application while it answered a request. */
        void failed(Throwable thrown);

        /** The connection is over. */
        void gone(ServerConnection connection);
    }

    private static final SafeLog LOG = SafeLog.of("io.duplex");
    /**
     * The first byte of TLS (RFC 8446 section 5.1): a record of its handshake. No HTTP method begins with it.
     */
    private static final byte TLS_HANDSHAKE = 22;
    /** RFC 9110 section 15.2.1: asks a client to send the body that it holds back. */
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Environment server;
    /** The answer to a connection above the limit; null if it is served. */
    private final HttpException refusal;
    /** Null until the handshake is over. */
    private volatile Session session;
    /** Null between two heads, and once there is a session. */
    private RequestReader reader;
    /** Null unless a body is being read. */
    private RequestBodyReader body;
    /** The request that is being read or answered; null before its head is complete. */
    private RequestHead head;
    /** The request whose body is being read. */
    private RequestDecision.Plain exchange;
    private volatile boolean stopping;

    private ServerConnection(Environment server, HttpException refusal) {
        this.server = server;
        this.refusal = refusal;
    }

    /** A connection that is served. */
    public static ServerConnection serving(Environment server) {
        return new ServerConnection(server, null);
    }

    /** A connection above the limit: every request gets this answer. */
    public static ServerConnection refusing(Environment server, HttpException refusal) {
        return new ServerConnection(server, refusal);
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
        if (refusal != null && !isEnding()) {
            refuse(refusal);
        }
    }

    @Override
    void receiveHttp(ByteBuffer src, long nanoTime) {
        if (body != null) {
            receiveBody(src);
        } else {
            receiveHead(src);
        }
    }

    private void receiveHead(ByteBuffer src) {
        if (reader == null) {
            if (src.get(src.position()) == TLS_HANDSHAKE) {
                refuseTls();
                return;
            }
            reader = new RequestReader(server.headLimits());
            head = null;
        }
        try {
            Optional<RequestHead> read = reader.read(src);
            if (read.isPresent()) {
                reader = null;
                request(read.get());
            }
        } catch (HttpException fault) {
            refuse(fault);
        }
    }

    private void receiveBody(ByteBuffer src) {
        try {
            if (body.read(src)) {
                RequestBody content = body.body();
                body = null;
                answerGuarded(exchange, content);
            }
        } catch (HttpException fault) {
            refuse(fault);
        }
    }

    private void refuseTls() {
        LOG.debug("TLS from {} on a port in clear", AddressText.of(host().remoteAddress()), null);
        refuse(HttpStatus.BAD_REQUEST,
                "this port speaks HTTP in clear, but got a TLS record: use http or ws");
    }

    private void request(RequestHead received) {
        head = received;
        try {
            switch (server.handshake().decide(received, host().remoteAddress(), host().secure())) {
                case RequestDecision.Refuse refusal -> refuse(refusal);
                case RequestDecision.Plain plain -> plain(plain);
                case RequestDecision.ValidatedRequest candidate ->
                    authorize(candidate.withRequest(known(candidate.request())));
            }
        } catch (HttpException fault) {
            refuse(fault);
        } catch (Throwable thrown) {
            broken(thrown);
        }
    }

    /** The body first, if there is one: another request may follow it. */
    private void plain(RequestDecision.Plain requested) throws HttpException {
        if (!head.hasBody()) {
            answer(requested, RequestBody.EMPTY);
            return;
        }
        exchange = requested;
        body = new RequestBodyReader(head, server.headLimits(), server.maxBodyBytes());
        if (head.expectsContinue()) {
            send(CONTINUE.clone());
        }
    }

    private void answerGuarded(RequestDecision.Plain requested, RequestBody content) {
        try {
            answer(requested, content);
        } catch (Throwable thrown) {
            broken(thrown);
        }
    }

    /** Adds the TLS session. */
    private HttpRequest known(HttpRequest request) {
        return request.withTlsSession(host().tlsSession());
    }

    private void answer(RequestDecision.Plain requested, RequestBody content) {
        exchange = null;
        await(server.http().handle(known(requested.request()).withBody(content)), response -> {
            if (response.status() >= HttpStatus.BAD_REQUEST) {
                server.refused(refusal(response.status(), "the HTTP handler answered so"));
            }
            Persistence persistence =
                    stopping || peerHasEnded() ? Persistence.CLOSE : requested.persistence();
            send(response.encode(head.method(), persistence));
            if (persistence == Persistence.CLOSE) {
                finish();
            } else {
                started(host().nanoTime());
            }
        });
    }

    private void authorize(RequestDecision.ValidatedRequest candidate) {
        await(candidate.endpoint().authorizer().apply(candidate.request()), answer -> {
            switch (answer) {
                case Admission.Refused refused -> refuse(candidate.refuse(refused.response()));
                case Admission.Granted granted ->
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
        head = null;
        open(opened, nanoTime);
        if (peerHasEnded()) {
            opened.receiveEnd(nanoTime);
        }
        if (stopping) {
            stopNow();
        }
    }

    /** Continues in this receiving call if the answer is available, and otherwise in one of its own. */
    private <T> void await(CompletionStage<T> stage, Consumer<T> next) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone()) {
            proceed(future, next);
            return;
        }
        hold(true);
        future.whenComplete((value, thrown) -> host().execute(() -> {
            hold(false);
            if (!isEnding()) {
                proceed(future, next);
            }
        }));
    }

    private <T> void proceed(CompletableFuture<T> done, Consumer<T> next) {
        try {
            next.accept(done.join());
        } catch (Throwable thrown) {
            broken(thrown);
        }
    }

    private void broken(Throwable thrown) {
        refuse(HttpStatus.INTERNAL_SERVER_ERROR, "the server failed to answer");
        server.failed(thrown);
    }

    private void refuse(HttpException fault) {
        refuse(fault.status(), fault.getMessage());
    }

    private void refuse(int status, String reason) {
        refuse(HttpResponse.error(status, reason), refusal(status, reason));
    }

    private void refuse(RequestDecision.Refuse step) {
        refuse(step.response(), refusal(step.response().status(), step.reason()).withOrigin(step.origin())
                .withHost(step.host()));
    }

    private Refusal refusal(int status, String reason) {
        return Refusal.of(status, host().remoteAddress(), Optional.ofNullable(head), reason);
    }

    private void refuse(HttpResponse response, Refusal refusal) {
        server.refused(refusal);
        send(response.encode(head == null ? "GET" : head.method(), Persistence.CLOSE));
        finish();
    }

    private void finish() {
        hold(false);
        body = null;
        exchange = null;
        deadline(Durations.deadline(host().nanoTime(), server.timeouts().close()));
        end(peerHasEnded() ? OutputState.CLOSE : OutputState.END);
    }

    /** Returns the session, once the handshake is over; null before. */
    public Session session() {
        return session;
    }

    /**
     * The server stops: an open connection sends 1001; another one ends after the response under way, with
     * the usual time for the application's answer.
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

    /**
     * Between two requests there is no unread input, so nothing is lost; a browser would keep the connection
     * open for long.
     */
    private void stopIdle() {
        if (reader != null || body != null || !hasSentAll()) {
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
        // A peer that disconnects before its first request is not reported.
    }

    @Override
    void deadlineOver(long nanoTime) {
        if (isEnding()) {
            cut();
        } else if (reader != null || body != null) {
            refuse(HttpStatus.REQUEST_TIMEOUT, "the request did not end in time");
        } else if (isHeld()) {
            refuse(HttpStatus.SERVICE_UNAVAILABLE, "the server did not answer in time");
        } else {
            finish();
        }
    }

    @Override
    void releasedEarly(TcpEnd ending) {
        // No application to report to.
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
