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
 * A provider's engine, one call at a time: the receive thread and the producing thread share it. An engine
 * that makes no progress is a failure instead of an endless loop. Never calls {@code closeInbound} and never
 * invalidates a session: both would prevent its resumption.
 */
final class TlsEngine {
    private final SSLEngine engine;
    private final ReentrantLock lock = new ReentrantLock();
    private int idleUnwraps;
    private int idleWraps;

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
            idleUnwraps = isProgress(result, HandshakeStatus.NEED_WRAP) ? 0 : idleUnwraps + 1;
            refuseToSpin(idleUnwraps, "unwrap", result);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Encrypts one record, or produces one of the engine's own; an engine may produce more than one. */
    SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
        lock.lock();
        try {
            SSLEngineResult result = engine.wrap(srcs, offset, length, dst);
            idleWraps = isProgress(result, HandshakeStatus.NEED_UNWRAP) ? 0 : idleWraps + 1;
            refuseToSpin(idleWraps, "wrap", result);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Waiting for the other direction, a task or room counts as progress: the caller acts on it. */
    private static boolean isProgress(SSLEngineResult result, HandshakeStatus otherDirection) {
        return result.bytesConsumed() > 0 || result.bytesProduced() > 0
                || result.getStatus() != SSLEngineResult.Status.OK
                || result.getHandshakeStatus() == HandshakeStatus.FINISHED
                || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                || result.getHandshakeStatus() == otherDirection;
    }

    private static void refuseToSpin(int idleCalls, String call, SSLEngineResult result) throws TlsException {
        if (idleCalls > 1) {
            throw new TlsException(Reason.PROTOCOL, "the TLS engine made no progress in two calls of " + call
                    + ": " + result.getStatus() + ", " + result.getHandshakeStatus());
        }
    }

    /** Runs the delegated tasks, without the lock. */
    void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    HandshakeStatus status() {
        return engine.getHandshakeStatus();
    }

    /** Ends the output: the next wraps produce close_notify. */
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

    /** The room that the engine requires for one record. */
    int packetBytes() {
        return engine.getSession().getPacketBufferSize();
    }

    boolean isClient() {
        return engine.getUseClientMode();
    }
}
