package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.LayerHost;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A handshake from the first byte to the agreed session: gathers records, requests tasks, announces output.
 * Used by the receive thread; the queries may come from any thread.
 */
final class TlsHandshake {
    private final TlsEngine engine;
    private final InboundRecords records;
    private final HandshakeTasks tasks;
    private final Encryption encryption;
    private final TlsParameters parameters;
    private volatile LayerHost host;
    private volatile boolean full;
    private volatile Optional<SSLSession> session = Optional.empty();
    private boolean anyReceived;
    private boolean renegotiating;

    TlsHandshake(TlsEngine engine, InboundRecords records, HandshakeTasks tasks,
            Encryption encryption, TlsParameters parameters) {
        this.engine = engine;
        this.records = records;
        this.tasks = tasks;
        this.encryption = encryption;
        this.parameters = parameters;
    }

    void attach(LayerHost layerHost) {
        host = layerHost;
    }

    /** The agreed session, after the handshake. */
    Optional<SSLSession> session() {
        return session;
    }

    boolean wantsRead() {
        return !tasks.isRunning() && !full;
    }

    boolean anyReceived() {
        return anyReceived;
    }

    /**
     * Whether work is pending that must end before the peer's FIN is handled: it may reveal why the peer
     * closed the connection.
     */
    boolean isBusy() {
        return tasks.isRunning() || engine.status() == HandshakeStatus.NEED_WRAP;
    }

    /** Fails if the first bytes are not TLS; a server answers them in cleartext. */
    private void refuseClearText(ByteBuffer src) throws TlsException {
        if (anyReceived || !src.hasRemaining()) {
            return;
        }
        anyReceived = true;
        if (!RecordHeader.mayBegin(src.get(src.position()))) {
            ClearText text = ClearText.of(src);
            if (!engine.isClient()) {
                encryption.sendClear(text.answer());
            }
            throw text.failure(engine.isClient(), parameters.peer());
        }
    }

    /**
     * Advances the handshake as far as possible.
     *
     * @return true once it is finished and the peer has passed the checks
     */
    boolean advance(ByteBuffer src) throws SSLException {
        if (tasks.isRunning()) {
            return false;
        }
        refuseClearText(src);
        records.gather(src);
        full = records.isFull();
        switch (engine.status()) {
            case NEED_TASK -> tasks.request();
            case NEED_WRAP -> host.outputReady();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> requestForRecord();
            case NOT_HANDSHAKING, FINISHED -> {
                // An engine reports the same before a handshake and after it.
                if (tasks.hasStarted()) {
                    agreed();
                    return true;
                }
                requestForRecord();
            }
        }
        return false;
    }

    /** The peer starts a handshake on an open connection: for a client, a renegotiation of TLS 1.2. */
    void renegotiate() throws TlsException {
        if (!engine.isClient()) {
            throw new TlsException(Reason.PROTOCOL,
                    "the client asked to negotiate TLS anew, which costs a server too much to allow");
        }
        renegotiating = true;
        tasks.request();
    }

    /** Whether output that a renegotiation has held up may continue. */
    boolean mayHaveFreedOutput() {
        boolean mayContinue = renegotiating && !tasks.isRunning();
        renegotiating = renegotiating && engine.status() != HandshakeStatus.NOT_HANDSHAKING;
        return mayContinue;
    }

    private void requestForRecord() throws SSLException {
        if (records.hasWhole()) {
            tasks.request();
        }
    }

    private void agreed() throws SSLException {
        SSLSession agreed = engine.session();
        parameters.check().check(agreed);
        session = Optional.of(agreed);
    }
}
