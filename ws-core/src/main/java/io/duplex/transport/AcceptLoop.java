package io.duplex.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Accepts connections on a listening socket, for a thread of its own that blocks in {@code accept}: so a
 * callback that blocks an event loop does not delay accepting, and {@link #stop} closes the socket at once,
 * without a selector that would have to deregister it first. Thread-safe.
 */
public final class AcceptLoop implements Runnable {
    /** Waits for a connection and takes it over, also one that it refuses. */
    @FunctionalInterface
    public interface Accept {
        /**
         * Accepts the next connection.
         *
         * @throws IOException if the socket is closed, or the system cannot accept now
         */
        void next() throws IOException;
    }

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Closeable socket;
    private final BooleanSupplier open;
    private final Accept accept;
    private final String address;
    private final SafeLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /**
     * Creates a loop, for {@link #run} on a thread of the transport.
     *
     * @param socket  bound and in blocking mode; closed by {@link #stop}
     * @param open    whether the socket is open
     * @param accept  accepts one connection
     * @param address where it listens, for messages
     * @param log     gets the failures, the first one of a burst as a warning
     */
    public AcceptLoop(Closeable socket, BooleanSupplier open, Accept accept, SocketAddress address,
            SafeLog log) {
        this.socket = socket;
        this.open = open;
        this.accept = accept;
        this.address = AddressText.of(address);
        this.log = log;
    }

    /**
     * Asks for the layer of an accepted connection.
     *
     * @param admission decides
     * @param remote    the peer
     * @param address   where it was accepted, for messages
     * @param log       gets an exception of the admission
     * @return the layer; empty if the connection is refused, or the admission fails
     */
    public static Optional<ByteLayer> layer(Transport.Admission admission, SocketAddress remote,
            SocketAddress address, SafeLog log) {
        try {
            return admission.accept(remote, TransportClock.nanoTime());
        } catch (Throwable e) {
            log.warning("no layer for a connection accepted on {}", address, e);
            return Optional.empty();
        }
    }

    /** Accepts until the socket is closed. */
    @Override
    public void run() {
        while (open.getAsBoolean()) {
            try {
                acceptOrPause();
            } catch (Throwable e) {
                // Without memory any instruction may throw, including those in a catch block.
            }
        }
    }

    /** Closes the socket, which ends the loop. */
    public void stop() {
        lock.lock();
        try {
            socket.close();
            stopping.signalAll();
        } catch (IOException e) {
            log.warning("close of the listening socket {}", address, e);
        } finally {
            lock.unlock();
        }
    }

    private void acceptOrPause() {
        try {
            MemoryReserve.refill();
            accept.next();
            pauseNanos = FIRST_PAUSE_NANOS;
        } catch (Throwable e) {
            MemoryReserve.relieve(e);
            LockSupport.parkNanos(FIRST_PAUSE_NANOS);
            pauseAfter(e);
        }
        // An interrupt left by user code would close a channel in the next accept.
        Thread.interrupted();
    }

    /**
     * Out of file descriptors, memory or threads: accepting again at once would only spin. Logs the first
     * failure of a burst.
     */
    private void pauseAfter(Throwable cause) {
        if (!open.getAsBoolean()) {
            return;
        }
        if (pauseNanos == FIRST_PAUSE_NANOS) {
            log.warning("accepting on {} fails; trying again", address, cause);
        }
        lock.lock();
        try {
            long left = pauseNanos;
            while (left > 0 && open.getAsBoolean()) {
                left = stopping.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            log.warning("acceptor thread of {} interrupted", address, e);
        } finally {
            lock.unlock();
        }
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
}
