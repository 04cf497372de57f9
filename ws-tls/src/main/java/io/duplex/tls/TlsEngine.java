package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A provider's engine, one call at a time: the thread that receives and the one that writes may meet here. An
 * engine that gets nowhere is a failure instead of an endless loop. It never calls {@code closeInbound} or
 * invalidates a session: both would spoil its resumption.
 */
final class TlsEngine {
    private final SSLEngine engine;
    private final ReentrantLock lock = new ReentrantLock();
    private int unwrapsInVain;
    private int wrapsInVain;

    TlsEngine(SSLEngine engine) {
        this.engine = engine;
    }

    void begin() throws SSLException {
        lock.lock();
        try {
            engine.beginHandshake();
        } finally {
            lock.unlock();
        }
    }

    /** Decrypts one record. */
    SSLEngineResult unwrap(ByteBuffer src, ByteBuffer dst) throws SSLException {
        lock.lock();
        try {
            SSLEngineResult result = engine.unwrap(src, dst);
            unwrapsInVain = isProgress(result, HandshakeStatus.NEED_WRAP) ? 0 : unwrapsInVain + 1;
            refuseToSpin(unwrapsInVain, "unwrap", result);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Encrypts one record, or lets out one of the engine's own; what leaves may be more than one record. */
    SSLEngineResult wrap(ByteBuffer src, ByteBuffer dst) throws SSLException {
        lock.lock();
        try {
            SSLEngineResult result = engine.wrap(src, dst);
            wrapsInVain = isProgress(result, HandshakeStatus.NEED_UNWRAP) ? 0 : wrapsInVain + 1;
            refuseToSpin(wrapsInVain, "wrap", result);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Waiting for the other direction, for a task or for room is no standstill: the caller acts on it. */
    private static boolean isProgress(SSLEngineResult result, HandshakeStatus otherDirection) {
        return result.bytesConsumed() > 0 || result.bytesProduced() > 0
                || result.getStatus() != SSLEngineResult.Status.OK
                || result.getHandshakeStatus() == HandshakeStatus.FINISHED
                || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                || result.getHandshakeStatus() == otherDirection;
    }

    private static void refuseToSpin(int inVain, String call, SSLEngineResult result) throws TlsException {
        if (inVain > 1) {
            throw new TlsException(Reason.PROTOCOL, "the TLS engine made no progress in two calls of " + call
                    + ": " + result.getStatus() + ", " + result.getHandshakeStatus());
        }
    }

    /** Runs what takes long; not under the lock. */
    void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    HandshakeStatus status() {
        return engine.getHandshakeStatus();
    }

    /** This end sends no more: the next wraps let close_notify out. */
    void closeOutbound() {
        lock.lock();
        try {
            engine.closeOutbound();
        } finally {
            lock.unlock();
        }
    }

    boolean isOutboundDone() {
        return engine.isOutboundDone();
    }

    boolean isInboundDone() {
        return engine.isInboundDone();
    }

    SSLSession session() {
        return engine.getSession();
    }

    /** How much room the engine insists on for one record. */
    int packetBytes() {
        return engine.getSession().getPacketBufferSize();
    }

    boolean isClient() {
        return engine.getUseClientMode();
    }
}
