package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.LayerHost;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A handshake from the first byte to the agreed session: gathers what comes, has tasks computed, says when
 * there is output. Receiving thread, but for the questions.
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

    /** The agreed session, once the handshake is over. */
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
     * Whether something is under way that must end before the peer's FIN is judged: it may say why the peer
     * ended.
     */
    boolean isBusy() {
        return tasks.isRunning() || engine.status() == HandshakeStatus.NEED_WRAP;
    }

    /** First bytes that are not TLS; a server answers them in clear. */
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
     * Takes the handshake as far as it goes now.
     *
     * @return whether it is over, and the peer is who it should be
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
                // An engine that has not begun says the same as one that is done.
                if (tasks.hasStarted()) {
                    agreed();
                    return true;
                }
                requestForRecord();
            }
        }
        return false;
    }

    /** The peer has begun a handshake on an open connection: for a client, a renegotiation of TLS 1.2. */
    void again() throws TlsException {
        if (!engine.isClient()) {
            throw new TlsException(Reason.PROTOCOL,
                    "the client asked to negotiate TLS anew, which costs a server too much to allow");
        }
        renegotiating = true;
        tasks.request();
    }

    /** Whether output may go on that a renegotiation has held up. */
    boolean mayHaveFreedOutput() {
        boolean looked = renegotiating && !tasks.isRunning();
        renegotiating = renegotiating && engine.status() != HandshakeStatus.NOT_HANDSHAKING;
        return looked;
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
