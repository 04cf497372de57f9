package io.duplex.transport.nio;

import io.duplex.transport.MemoryReserve;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A listening socket and the thread that accepts on it. The thread is dedicated and blocks: so a callback
 * that blocks a loop does not delay accepting, and {@link #stop} closes the socket at once, without a
 * selector that would have to deregister it first.
 */
final class Acceptor {
    /** Takes over every accepted connection, also those that it refuses. */
    interface Taker {
        void take(SocketChannel channel) throws IOException;
    }

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocketChannel socket;
    private final String address;
    private final Taker taker;
    private final TransportThread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /**
     * Takes a bound socket in blocking mode.
     *
     * @param address for messages
     */
    Acceptor(ServerSocketChannel socket, String address, LoopGroup group, String threadSuffix, Taker taker) {
        this.socket = socket;
        this.address = address;
        this.taker = taker;
        this.thread = new TransportThread(group, threadSuffix, this::acceptAll);
    }

    void start() {
        thread.start();
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    void stop() {
        lock.lock();
        try {
            socket.close();
            stopping.signalAll();
        } catch (IOException e) {
            Log.LOGGER.warning("close of the listening socket {}", address, e);
        } finally {
            lock.unlock();
        }
    }

    void join() {
        thread.joinKeepingInterrupt();
    }

    private void acceptAll() {
        while (socket.isOpen()) {
            try {
                acceptOrPause();
            } catch (Throwable e) {
                // Without memory any instruction may throw, including those in a catch block.
            }
        }
    }

    private void acceptOrPause() {
        try {
            taker.take(socket.accept());
            pauseNanos = FIRST_PAUSE_NANOS;
        } catch (Throwable e) {
            MemoryReserve.relieve(e);
            LockSupport.parkNanos(FIRST_PAUSE_NANOS);
            pauseAfter(e);
        }
        // An interrupt left by user code would close the socket in the next accept.
        Thread.interrupted();
    }

    /**
     * Out of file descriptors or memory: accepting again at once would only spin. Logs the first failure of a
     * burst.
     */
    private void pauseAfter(Throwable cause) {
        if (!socket.isOpen()) {
            return;
        }
        if (pauseNanos == FIRST_PAUSE_NANOS) {
            Log.LOGGER.warning("accepting on {} fails; trying again", address, cause);
        }
        lock.lock();
        try {
            long left = pauseNanos;
            while (left > 0 && socket.isOpen()) {
                left = stopping.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Log.LOGGER.warning("acceptor thread of {} interrupted", address, e);
        } finally {
            lock.unlock();
        }
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
}
