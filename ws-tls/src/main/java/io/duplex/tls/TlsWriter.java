package io.duplex.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/** Produces the output of each phase. Used by the producing thread. */
final class TlsWriter {
    private final TlsEngine engine;
    private final HandshakeTasks tasks;
    private final Encryption encryption;
    private final CloseLadder ladder;
    /** Resumes the handshake in a receiving call, after a flight has left. */
    private final Runnable flightLeft;

    TlsWriter(TlsEngine engine, HandshakeTasks tasks, Encryption encryption, CloseLadder ladder,
            Runnable flightLeft) {
        this.engine = engine;
        this.tasks = tasks;
        this.encryption = encryption;
        this.ladder = ladder;
        this.flightLeft = flightLeft;
    }

    /** As {@link io.duplex.transport.ByteLayer#produce}. */
    boolean produce(TlsPhase phase, ByteBuffer dst, long nanoTime) throws SSLException {
        if (!encryption.drain(dst)) {
            return true;
        }
        if (tasks.isRunning()) {
            return false;
        }
        return switch (phase) {
            case HANDSHAKING -> produceFlight(dst, nanoTime);
            case OPEN -> produceData(dst, nanoTime);
            case FAILED -> encryption.flushAlert(dst);
        };
    }

    private boolean produceFlight(ByteBuffer dst, long nanoTime) throws SSLException {
        if (tasks.hasStarted() && encryption.isCloseNotifyDue()) {
            return giveUp(dst, nanoTime);
        }
        boolean more = encryption.flushEngine(dst);
        // Checked after the flush: a task may have added records meanwhile, and no other call would report
        // them.
        if (!more && encryption.takeFlight()) {
            flightLeft.run();
        }
        return more;
    }

    private boolean giveUp(ByteBuffer dst, long nanoTime) throws SSLException {
        boolean more = encryption.close(dst);
        if (encryption.isClosed() && !ladder.isInboundDone()) {
            ladder.gaveUp(nanoTime);
        }
        return more;
    }

    private boolean produceData(ByteBuffer dst, long nanoTime) throws SSLException {
        boolean more = encryption.produce(dst, nanoTime);
        if (!more && encryption.isClosed()) {
            if (engine.isInboundDone()) {
                ladder.inboundDone();
            }
            ladder.awaitFin(nanoTime);
        }
        return more;
    }
}
