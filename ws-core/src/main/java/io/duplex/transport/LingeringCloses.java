package io.duplex.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Closes sockets whose close(2) waits for the peer (SO_LINGER, socket(7)): on Linux it blocks its thread even
 * if the socket does not, and it would pin a virtual thread's carrier. So it runs here, on a few daemon
 * threads that live while they have work. The kernel does not say how such a close ended; the time that it
 * took does. Thread-safe.
 */
public final class LingeringCloses {
    /** So many close at once; what waits longer than its time meanwhile is closed without waiting. */
    public static final int MAX_THREADS = 64;

    private static final long KEEP_ALIVE_SECONDS = 1;
    /** The kernel counts in ticks, of 10 ms at most, and may be one early. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A socket whose output has been shut down, and which no other thread closes. */
    public interface Socket {
        /**
         * Throws away what has arrived (unread input would make a reset of the close), sets SO_LINGER, and
         * closes.
         *
         * @param seconds for SO_LINGER; positive
         * @throws IOException if the connection has broken
         */
        void closeLingering(int seconds) throws IOException;

        /** Closes without waiting. Idempotent. */
        void closeAtOnce();
    }

    private final ThreadPoolExecutor threads;
    private final Set<Close> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /**
     * Starts no thread yet.
     *
     * @param threadName what the names of the threads begin with
     */
    public LingeringCloses(String threadName) {
        ThreadFactory factory = Thread.ofPlatform().daemon(true).name(threadName + "-linger-", 1).factory();
        threads = new ThreadPoolExecutor(MAX_THREADS, MAX_THREADS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), factory);
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Closes a socket.
     *
     * @param socket the socket
     * @param time   how long its close may wait; rounded up to seconds
     * @param done   hears once, on any thread, how it ended: {@link TcpEnd#LINGER_ACKNOWLEDGED}, {@link
     *               TcpEnd#LINGER_EXPIRED} or {@link TcpEnd#BROKEN}
     */
    public void close(Socket socket, Duration time, Consumer<TcpEnd> done) {
        Close close = new Close(socket, time, done);
        underWay.add(close);
        try {
            threads.execute(close);
        } catch (Throwable e) {
            // Ended, or no thread is available: the peer cannot be waited for.
            close.withoutWaiting();
        }
        if (cut) {
            close.over(TcpEnd.LINGER_EXPIRED);
        }
    }

    /**
     * Waits for no close any more: all that are under way count as expired, the kernel goes on, and the
     * threads end.
     */
    public void cut() {
        cut = true;
        underWay.forEach(close -> close.over(TcpEnd.LINGER_EXPIRED));
        threads.shutdown();
    }

    private final class Close implements Runnable {
        private final Socket socket;
        private final long timeNanos;
        private final long startNanos = TransportClock.nanoTime();
        private final Consumer<TcpEnd> done;
        private final AtomicBoolean over = new AtomicBoolean();

        Close(Socket socket, Duration time, Consumer<TcpEnd> done) {
            this.socket = socket;
            this.timeNanos = Durations.nanos(time);
            this.done = done;
        }

        @Override
        public void run() {
            long leftNanos = timeNanos - (TransportClock.nanoTime() - startNanos);
            if (cut || leftNanos <= 0) {
                withoutWaiting();
                return;
            }
            try {
                over(linger(Math.toIntExact(Math.ceilDiv(leftNanos, NANOS_A_SECOND))));
            } catch (Throwable e) {
                try {
                    socket.closeAtOnce();
                } finally {
                    over(TcpEnd.BROKEN);
                }
            }
        }

        private TcpEnd linger(int seconds) throws IOException {
            long before = TransportClock.nanoTime();
            socket.closeLingering(seconds);
            long took = TransportClock.nanoTime() - before;
            return took < seconds * NANOS_A_SECOND - TICK_NANOS
                    ? TcpEnd.LINGER_ACKNOWLEDGED
                    : TcpEnd.LINGER_EXPIRED;
        }

        private void withoutWaiting() {
            try {
                socket.closeAtOnce();
            } finally {
                over(TcpEnd.LINGER_EXPIRED);
            }
        }

        private void over(TcpEnd ending) {
            if (over.compareAndSet(false, true)) {
                underWay.remove(this);
                done.accept(ending);
            }
        }
    }
}
