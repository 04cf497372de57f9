package io.duplex.internal.session;

import io.duplex.NotSentException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Pings that have not been answered. Each carries its number; a pong answers its ping and all before it (RFC
 * 6455 section 5.5.3 lets a peer answer only the newest). Guarded by the session's lock; futures are
 * completed by the caller, outside of it.
 */
final class PingLedger {
    /** A ping under way. */
    record Ping(long number, long sentNanos, CompletableFuture<Duration> answer) {}

    /** Null while none is under way. */
    private ArrayDeque<Ping> open;
    private long lastNumber;

    /** Notes a ping and gives its payload. */
    ByteBuffer add(long nanoTime, CompletableFuture<Duration> answer) {
        if (open == null) {
            open = new ArrayDeque<>(1);
        }
        open.add(new Ping(++lastNumber, nanoTime, answer));
        return ByteBuffer.allocate(Long.BYTES).putLong(lastNumber).flip();
    }

    /** Takes out the pings that a pong answers; none if it answers none of our pings. */
    List<Ping> answered(ByteBuffer pong) {
        List<Ping> answered = new ArrayList<>(1);
        if (pong.remaining() == Long.BYTES && isOpen(pong.getLong(pong.position()))) {
            long number = pong.getLong(pong.position());
            while (open != null && open.peek().number() <= number) {
                answered.add(open.remove());
                open = open.isEmpty() ? null : open;
            }
        }
        return answered;
    }

    /** Takes out all pings, for failing them. */
    List<Ping> drop() {
        List<Ping> dropped = open == null ? List.of() : List.copyOf(open);
        open = null;
        return dropped;
    }

    static void fail(List<Ping> pings) {
        for (Ping ping : pings) {
            ping.answer()
                    .completeExceptionally(new NotSentException("the connection ended before the pong came"));
        }
    }

    private boolean isOpen(long number) {
        return open != null && number >= open.peek().number() && number <= lastNumber;
    }
}
