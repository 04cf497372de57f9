package io.duplex.client;

import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ReconnectPolicy.Context;
import io.duplex.internal.runtime.ClientRuntime;
import io.duplex.transport.Durations;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * A connection that is opened again when it ends, according to a {@link ReconnectPolicy}. One virtual thread
 * connects, waits for the end, asks the policy, waits, and connects again. Thread-safe.
 */
public final class Reconnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.duplex");

    private final ClientRuntime client;
    private final RequestFactory requests;
    private final WebSocketHandler handler;
    private final ReconnectPolicy policy;
    private final ReconnectListener listener;
    private final LongSupplier nanoTime;
    private final CompletableFuture<Context> givenUp = new CompletableFuture<>();
    private final Runnable stop = this::stop;
    private final Thread thread;
    private volatile Optional<WebSocket> current = Optional.empty();

    /**
     * Waits for {@link #start}.
     *
     * @param requests makes the request of each attempt
     * @param nanoTime the clock that measures the connections
     */
    Reconnection(ClientRuntime client, RequestFactory requests, WebSocketHandler handler,
            ReconnectPolicy policy, ReconnectListener listener, LongSupplier nanoTime) {
        this.client = client;
        this.requests = requests;
        this.handler = handler;
        this.policy = policy;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.thread = Thread.ofVirtual().name(client.threadName() + "-reconnect").unstarted(this::run);
    }

    /** Starts to connect. */
    Reconnection start() {
        if (client.register(stop)) {
            thread.start();
        } else {
            stop();
        }
        return this;
    }

    /**
     * Returns the current connection.
     *
     * @return empty while there is none
     */
    public Optional<WebSocket> current() {
        return current;
    }

    /**
     * Returns the end of all attempts.
     *
     * @return completes with the attempt that the policy refused; is cancelled by {@link #close()}
     */
    public CompletableFuture<Context> givenUp() {
        CompletableFuture<Context> copy = new CompletableFuture<>();
        // Not copy(): it wraps a cancellation, and the result would not be cancelled.
        givenUp.whenComplete((attempt, thrown) -> {
            if (thrown == null) {
                copy.complete(attempt);
            } else {
                copy.completeExceptionally(thrown);
            }
        });
        return copy;
    }

    /** Makes no further attempt, and closes the current connection with 1000. Returns at once. */
    @Override
    public void close() {
        stop();
        current.ifPresent(WebSocket::close);
    }

    /** Makes no further attempt; the current connection stays open. */
    void stop() {
        givenUp.cancel(false);
        thread.interrupt();
    }

    private void run() {
        try {
            int number = 1;
            long lostNanos = nanoTime.getAsLong();
            Optional<Context> attempt = Optional.empty();
            while (!givenUp.isDone()) {
                Outcome outcome = connectOnce(attempt);
                if (outcome.held()) {
                    number = 1;
                    lostNanos = nanoTime.getAsLong();
                }
                Context next = outcome.next(number, Duration.ofNanos(nanoTime.getAsLong() - lostNanos));
                Optional<Duration> delay = policy.retry(next)
                        ? policy.delayBefore(number, ThreadLocalRandom.current())
                        : Optional.empty();
                if (delay.isEmpty()) {
                    givenUp.complete(next);
                    return;
                }
                report(next, delay.get());
                Thread.sleep(delay.get());
                attempt = Optional.of(next);
                number++;
            }
        } catch (InterruptedException e) {
            // stop() was called; there is nothing to undo.
            givenUp.cancel(false);
        } catch (RuntimeException | Error thrown) {
            givenUp.completeExceptionally(thrown);
        } finally {
            client.unregister(stop);
        }
    }

    private void report(Context next, Duration delay) {
        if (givenUp.isDone()) {
            return;
        }
        LOG.log(Level.DEBUG,
                () -> "= attempt " + next.number() + " in " + Durations.text(delay) + ": " + next.reason());
        try {
            listener.waiting(next, delay);
        } catch (RuntimeException | Error thrown) {
            LOG.log(Level.WARNING, "! the listener threw an exception for an attempt", thrown);
        }
    }

    private Outcome connectOnce(Optional<Context> attempt) throws InterruptedException {
        WatchedHandler watched = new WatchedHandler(handler);
        WebSocket ws;
        try {
            ws = connect(requests.request(attempt), watched);
        } catch (ExecutionException e) {
            return new Failed(e.getCause());
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception thrown) {
            return new Failed(thrown);
        }
        long openedNanos = nanoTime.getAsLong();
        current = Optional.of(ws);
        if (givenUp.isCancelled()) {
            // stop() may have checked before there was a connection.
            ws.close();
        }
        CloseInfo info = ended(ws);
        current = Optional.empty();
        Duration open = Duration.ofNanos(nanoTime.getAsLong() - openedNanos);
        return new Ended(info, policy.held(open, watched.hasReceived(), info));
    }

    private static CloseInfo ended(WebSocket ws) throws InterruptedException {
        try {
            return ws.closeFuture().get();
        } catch (ExecutionException never) {
            throw new IllegalStateException("a connection's end cannot fail", never);
        }
    }

    private WebSocket connect(ClientRequest request, WebSocketHandler watched)
            throws InterruptedException, ExecutionException {
        CompletableFuture<WebSocket> connecting = client.connect(request.config(), watched, null);
        try {
            return connecting.get();
        } catch (InterruptedException stopped) {
            connecting.cancel(false);
            // If it was too late to cancel.
            connecting.thenAccept(WebSocket::close);
            throw stopped;
        }
    }

    /** The result of one attempt. */
    private sealed interface Outcome {
        boolean held();

        Context next(int number, Duration elapsed);
    }

    private record Ended(CloseInfo info, boolean held) implements Outcome {
        @Override
        public Context next(int number, Duration elapsed) {
            return new Context.AfterClose(number, info, elapsed);
        }
    }

    private record Failed(Throwable cause) implements Outcome {
        @Override
        public boolean held() {
            return false;
        }

        @Override
        public Context next(int number, Duration elapsed) {
            return new Context.AfterFailure(number, cause, elapsed);
        }
    }
}
