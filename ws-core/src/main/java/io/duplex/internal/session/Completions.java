package io.duplex.internal.session;

import io.duplex.NotSentException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for which byte of the outbound stream to reach the operating system. Guarded by the session's
 * lock; futures are completed by the caller, outside of it.
 */
final class Completions {
    private record Waiting(long endOffset, CompletableFuture<Void> future) {}

    /** Null while nothing waits. */
    private ArrayDeque<Waiting> waiting;

    void add(long endOffset, CompletableFuture<Void> future) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(1);
        }
        waiting.add(new Waiting(endOffset, future));
    }

    boolean reached(long sentBytes) {
        return waiting != null && waiting.peek().endOffset() <= sentBytes;
    }

    /** Takes out those whose bytes were sent. */
    List<CompletableFuture<Void>> take(long sentBytes) {
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        while (reached(sentBytes)) {
            taken.add(waiting.remove().future());
            waiting = waiting.isEmpty() ? null : waiting;
        }
        return taken;
    }

    /** Takes out all, for failing them. */
    List<CompletableFuture<Void>> drop() {
        return take(Long.MAX_VALUE);
    }

    static void fail(List<CompletableFuture<Void>> futures) {
        for (CompletableFuture<Void> future : futures) {
            future.completeExceptionally(
                    new NotSentException("the connection ended before the message had left"));
        }
    }
}
