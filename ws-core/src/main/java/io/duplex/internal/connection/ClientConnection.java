package io.duplex.internal.connection;

import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.HandshakeTimeoutException;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.ResponseHead;
import io.duplex.http.ResponseReader;
import io.duplex.internal.handshake.ClientHandshake;
import io.duplex.internal.handshake.HandshakeRequest;
import io.duplex.internal.handshake.ResponseVerdict;
import io.duplex.internal.session.Session;
import io.duplex.transport.Durations;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One connection of a client: the request, the server's answer, and then the session. */
public final class ClientConnection extends UpgradingLayer {
    /** The owner of the request; exactly one of the results is reported, in a receiving call. */
    public interface Opener {
        /** Makes the session, which is opened next. */
        Session open(ClientHandshake handshake, ResponseHead response, ResponseVerdict.Accepted accepted,
                LayerHost host);

        /** The session is open, {@code onOpen} has returned. */
        void opened(Session session);

        /** The server redirects the client. */
        void redirected(HandshakeRequest next);

        /** The handshake failed; there will be no session. */
        void failed(IOException cause);
    }

    /** First bytes of TLS records (RFC 8446 section 5.1); no HTTP response begins with one. */
    private static final int TLS_ALERT = 21;
    private static final int TLS_HANDSHAKE = 22;

    private final ClientHandshake handshake;
    private final ConnectionOptions options;
    private final Opener opener;
    private ResponseReader reader = new ResponseReader(HeadLimits.DEFAULT);
    /** Null unless the server has refused the handshake. */
    private RefusedBody refused;
    private boolean answered;
    private boolean isTls;
    /** The request was sent: all layers below are connected. */
    private boolean asked;
    /** Cancelled before there is a transport: {@link #started} gives the connection up. */
    private volatile boolean cancelled;

    /** A connection that will ask for {@code handshake}. */
    public ClientConnection(ClientHandshake handshake, ConnectionOptions options, Opener opener) {
        this.handshake = handshake;
        this.options = options;
        this.opener = opener;
    }

    @Override
    void started(long nanoTime) {
        if (cancelled) {
            cut();
        }
        deadline(Durations.deadline(nanoTime, options.timeouts().handshake()));
    }

    @Override
    public void connected(long nanoTime) {
        if (!isEnding()) {
            asked = true;
            send(handshake.head().encode());
        }
    }

    @Override
    void receiveHttp(ByteBuffer src, long nanoTime) {
        if (refused != null) {
            body(refused, src);
            return;
        }
        if (!answered) {
            answered = true;
            int first = src.get(src.position());
            isTls = first == TLS_ALERT || first == TLS_HANDSHAKE;
        }
        try {
            Optional<ResponseHead> head = reader.read(src);
            if (head.isPresent()) {
                response(head.get(), nanoTime);
            }
        } catch (HttpException fault) {
            fail(new HandshakeException(isTls
                    ? "expected HTTP, got a TLS record: does this port want wss?"
                    : "the server's answer is not valid HTTP: " + fault.getMessage(), fault));
        }
    }

    private void response(ResponseHead head, long nanoTime) {
        ResponseVerdict outcome;
        try {
            outcome = handshake.check(head);
        } catch (RuntimeException | Error thrown) {
            fail(new HandshakeException("the application failed to take the server's answer", thrown));
            return;
        }
        switch (outcome) {
            case ResponseVerdict.Interim interim -> reader = new ResponseReader(HeadLimits.DEFAULT);
            case ResponseVerdict.Accepted accepted -> accept(head, accepted, nanoTime);
            case ResponseVerdict.Redirect redirect -> {
                end(OutputState.CLOSE);
                opener.redirected(redirect.next());
            }
            case ResponseVerdict.Refused refusal -> {
                refused = new RefusedBody(refusal);
                if (refused.isComplete()) {
                    fail(refused.exception());
                }
            }
        }
    }

    private void accept(ResponseHead head, ResponseVerdict.Accepted accepted, long nanoTime) {
        Session session;
        try {
            session = opener.open(handshake, head, accepted, host());
        } catch (Throwable thrown) {
            accepted.extensions().forEach(extension -> extension.close());
            fail(new HandshakeException("the application failed to take the connection", thrown));
            return;
        }
        open(session, nanoTime);
        opener.opened(session);
    }

    private void body(RefusedBody body, ByteBuffer src) {
        body.add(src);
        if (body.isComplete()) {
            fail(body.exception());
        }
    }

    private void fail(IOException cause) {
        end(OutputState.CLOSE);
        opener.failed(cause);
    }

    @Override
    void endedEarly(long nanoTime) {
        fail(refused != null
                ? refused.exception()
                : new HandshakeException("the server ended the connection before it answered the handshake:"
                        + " does it speak WebSocket here, and ws or wss as the URI says?"));
    }

    @Override
    void failedEarly(IOException cause, long nanoTime) {
        opener.failed(refused != null ? refused.exception() : cause);
    }

    @Override
    void deadlineOver(long nanoTime) {
        if (isEnding()) {
            cut();
            return;
        }
        cut();
        opener.failed(refused != null
                ? refused.exception()
                : new HandshakeTimeoutException(asked
                        ? "the server accepted the connection, but has not answered"
                        : "the server has not accepted the connection", options.timeouts().handshake()));
    }

    @Override
    void releasedEarly(TcpEnd ending) {
        if (!isEnding()) {
            opener.failed(new HandshakeException("the connection was cut during the opening handshake"));
        }
    }

    /** Gives the connection up before it is open; no effect on an open one. For any thread. */
    public void cancel() {
        cancelled = true;
        later(() -> {
            if (!isOpen() && !isEnding()) {
                cut();
            }
        });
    }

    @Override
    void gone() {
        // Client connections are listed only once they are open.
    }

    @Override
    long maxDrainBytes() {
        return options.limits().maxDrainBytes();
    }
}
