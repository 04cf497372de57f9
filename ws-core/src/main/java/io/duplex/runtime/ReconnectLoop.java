package io.duplex.runtime;

import io.duplex.ClientRequest;
import io.duplex.CloseInfo;
import io.duplex.ReconnectPolicy;
import io.duplex.ReconnectPolicy.Attempt;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/** Keeps one connection up: connects, waits for its end, asks the policy, waits, connects again. One virtual thread. */
public final class ReconnectLoop {
    private final ClientRuntime client;
    private final ClientRequest request;
    private final WebSocketHandler handler;
    private final ReconnectPolicy policy;
    private final CompletableFuture<Attempt> givenUp = new CompletableFuture<>();
    private final Thread thread;
    private volatile Optional<WebSocket> current = Optional.empty();

    /** Starts at once. */
    public ReconnectLoop(ClientRuntime client, ClientRequest request, WebSocketHandler handler,
            ReconnectPolicy policy) {
        this.client = client;
        this.request = request;
        this.handler = handler;
        this.policy = policy;
        this.thread = Thread.ofVirtual().name(client.threadName() + "-reconnect").unstarted(this::run);
    }

    /** Begins to connect. */
    public ReconnectLoop start() {
        if (client.register(this)) {
            thread.start();
        } else {
            stop();
        }
        return this;
    }

    /** The connection, while there is one. */
    public Optional<WebSocket> current() {
        return current;
    }

    /** Completes when the policy gives up, with the attempt that is not made; is cancelled by {@link #stop}. */
    public CompletableFuture<Attempt> givenUp() {
        CompletableFuture<Attempt> copy = new CompletableFuture<>();
        // Not copy(): that one wraps a cancellation, and the result would not count as cancelled.
        givenUp.whenComplete((attempt, thrown) -> {
            if (thrown == null) {
                copy.complete(attempt);
            } else {
                copy.completeExceptionally(thrown);
            }
        });
        return copy;
    }

    /** Makes no further attempt; the current connection lives on. */
    public void stop() {
        givenUp.cancel(false);
        thread.interrupt();
    }

    private void run() {
        try {
            int number = 1;
            long lostNanos = System.nanoTime();
            while (!givenUp.isDone()) {
                Outcome outcome = connectOnce();
                if (outcome.held()) {
                    number = 1;
                    lostNanos = System.nanoTime();
                }
                Attempt next = outcome.next(number, Duration.ofNanos(System.nanoTime() - lostNanos));
                Optional<Duration> delay = policy.retry(next)
                        ? policy.delayBefore(number, ThreadLocalRandom.current())
                        : Optional.empty();
                if (delay.isEmpty()) {
                    givenUp.complete(next);
                    return;
                }
                Thread.sleep(delay.get());
                number++;
            }
        } catch (InterruptedException e) {
            // stop() was called; there is nothing to undo.
            givenUp.cancel(false);
        } catch (RuntimeException thrown) {
            givenUp.completeExceptionally(thrown);
        } finally {
            client.unregister(this);
        }
    }

    private Outcome connectOnce() throws InterruptedException {
        try {
            WebSocket ws = connect();
            current = Optional.of(ws);
            if (givenUp.isCancelled()) {
                // Who stopped this loop may have looked for a connection before there was one.
                ws.close();
            }
            CloseInfo info = ws.closeFuture().get();
            current = Optional.empty();
            return new Held(info);
        } catch (ExecutionException e) {
            return new Failed(e.getCause());
        }
    }

    private WebSocket connect() throws InterruptedException, ExecutionException {
        CompletableFuture<WebSocket> connecting = client.connect(request, handler, Optional.empty());
        try {
            return connecting.get();
        } catch (InterruptedException stopped) {
            connecting.cancel(false);
            // If it was too late for that.
            connecting.thenAccept(WebSocket::close);
            throw stopped;
        }
    }

    /** How one attempt went. */
    private sealed interface Outcome {
        boolean held();

        Attempt next(int number, Duration elapsed);
    }

    private record Held(CloseInfo info) implements Outcome {
        @Override
        public boolean held() {
            return true;
        }

        @Override
        public Attempt next(int number, Duration elapsed) {
            return new Attempt.AfterClose(number, info, elapsed);
        }
    }

    private record Failed(Throwable cause) implements Outcome {
        @Override
        public boolean held() {
            return false;
        }

        @Override
        public Attempt next(int number, Duration elapsed) {
            return new Attempt.AfterFailure(number, cause, elapsed);
        }
    }
}
