package io.duplex.internal.protocol;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Our pings that have no pong yet. Each carries its number; a pong answers its ping and all before it (RFC
 * 6455 section 5.5.3 lets a peer answer only the newest). The futures are the caller's to complete.
 */
public final class PingLedger {
    /**
     * A ping without a pong.
     *
     * @param number its payload
     * @param sentNanos when it was queued
     * @param answer for the round-trip time
     */
    public record Ping(long number, long sentNanos, CompletableFuture<Duration> answer) {
        ByteBuffer payload() {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).flip();
        }
    }

    /** Null while there is none. */
    private ArrayDeque<Ping> open;
    private long lastNumber;

    /** Adds a ping. */
    Ping add(long nanoTime, CompletableFuture<Duration> answer) {
        if (open == null) {
            open = new ArrayDeque<>(1);
        }
        lastNumber++;
        Ping ping = new Ping(lastNumber, nanoTime, answer);
        open.add(ping);
        return ping;
    }

    /** Takes out the pings that a pong answers; none if it answers no ping of this endpoint. */
    List<Ping> answered(ByteBuffer pong) {
        if (open == null || pong.remaining() != Long.BYTES) {
            return List.of();
        }
        long number = pong.getLong(pong.position());
        if (number < open.peek().number() || number > lastNumber) {
            return List.of();
        }
        List<Ping> answered = new ArrayList<>(1);
        while (open != null && open.peek().number() <= number) {
            answered.add(open.remove());
            open = open.isEmpty() ? null : open;
        }
        return answered;
    }

    /** Takes out all pings, for failing them. */
    List<Ping> drop() {
        List<Ping> dropped = open == null ? List.of() : List.copyOf(open);
        open = null;
        return dropped;
    }
}
