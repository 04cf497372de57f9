package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.LayerHost;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * The part of a handshake that takes long, as tasks off the event loop. A provider may have delegated tasks of its own, or,
 * like Bouncy Castle's, compute inside {@code unwrap}; so a step is all that follows from the records that are there:
 * unwrapping them and the provider's tasks. While a step is under way, its connection reads nothing and writes nothing new.
 */
final class HandshakeSteps {
    /** What the layer hears of it, in a receiving call. */
    interface Owner {
        /** The step is over. */
        void stepped(Optional<SSLException> failure);
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    private final InboundRecords records;
    private final BufferPool pool;
    private final HandshakeBudget budget;
    private final Owner owner;
    private volatile LayerHost host;
    /** From the request of a step to its end. */
    private volatile boolean underWay;
    private volatile boolean granted;
    private volatile HandshakeBudget.Place place;
    private volatile boolean begun;

    HandshakeSteps(TlsEngine engine, InboundRecords records, BufferPool pool, HandshakeBudget budget,
            Owner owner) {
        this.engine = engine;
        this.records = records;
        this.pool = pool;
        this.budget = budget;
        this.owner = owner;
    }

    void attach(LayerHost layerHost) {
        host = layerHost;
    }

    boolean underWay() {
        return underWay;
    }

    /** Whether a step was begun; before, an engine says the same as one that is done. */
    boolean begun() {
        return begun;
    }

    /** Receiving thread: asks for a step. */
    void request() {
        if (underWay) {
            return;
        }
        underWay = true;
        // Not by who runs it: a thread that asked may be the one whose leaving another connection makes it this one's turn.
        place = budget.enter(() -> {
            granted = true;
            // The transport polls after each receiving call, so this one is there for the poll.
            host.execute(() -> {});
        });
        if (place.atOnce()) {
            granted = true;
        }
    }

    /** The step that waits to be run, once. */
    Optional<Runnable> poll() {
        if (!granted) {
            return Optional.empty();
        }
        granted = false;
        return Optional.of(this::run);
    }

    private void run() {
        Optional<SSLException> failure = Optional.empty();
        try {
            step();
        } catch (SSLException e) {
            failure = Optional.of(e);
        } catch (RuntimeException e) {
            // Providers throw these for some malformed input; it is the peer's doing and costs this connection only.
            failure = Optional.of(new TlsException(Reason.PROTOCOL, "the TLS provider failed: " + e, e));
        } finally {
            place.leave();
        }
        Optional<SSLException> outcome = failure;
        host.execute(() -> {
            underWay = false;
            owner.stepped(outcome);
        });
    }

    private void step() throws SSLException {
        if (!begun) {
            begun = true;
            engine.begin();
        }
        while (true) {
            switch (engine.status()) {
                case NEED_TASK -> engine.runTasks();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!records.hasWhole()) {
                        return;
                    }
                    unwrap();
                }
                case NEED_WRAP, NOT_HANDSHAKING, FINISHED -> {
                    return;
                }
            }
        }
    }

    private void unwrap() throws SSLException {
        ByteBuffer plain = pool.borrow(engine.session().getApplicationBufferSize());
        try {
            ByteBuffer record = records.next(NOTHING);
            // Of this one an engine may say no more than that the handshake has failed.
            if (RecordHeader.isCloseNotifyInClear(record)) {
                throw FailureText.closedEarly();
            }
            SSLEngineResult result = engine.unwrap(record, plain);
            records.used(record);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                throw FailureText.closedEarly();
            }
            if (result.bytesProduced() > 0) {
                throw new TlsException(Reason.PROTOCOL, "data came before the TLS handshake was over");
            }
        } finally {
            pool.giveBack(plain);
        }
    }

    /** The connection is gone: a step that was not begun never will be. */
    void release() {
        HandshakeBudget.Place taken = place;
        if (taken != null) {
            taken.leave();
        }
    }
}
