package io.duplex.benchmarks.transports;

import java.io.IOException;

/**
 * Sends messages at a fixed rate, whether or not replies arrive, on one connection after the other. A round
 * trip begins when its message is due, so the time that a message waits behind a slow server counts
 * (coordinated omission). It spins instead of waiting in the selector, whose timeouts are too coarse.
 */
final class PacedLoad extends SelectorLoad {
    private final double nanosEach;
    private long startNanos;
    private long sent;

    PacedLoad(Dialer dialer, int connections, double perSecond) throws IOException {
        super(dialer, connections, 1);
        this.nanosEach = 1e9 / perSecond;
    }

    @Override
    void begin(long nanoTime) {
        startNanos = nanoTime;
        sent = 0;
    }

    @Override
    public boolean spins() {
        return true;
    }

    @Override
    void turn(long nanoTime) throws IOException {
        long due = startNanos + (long) (sent * nanosEach);
        while (isSending() && due <= nanoTime) {
            Peer peer = peers().get((int) (sent % peers().size()));
            if (!peer.hasRoom()) {
                // The connection's next reply makes room; the message keeps its due time.
                return;
            }
            await(1);
            peer.send(1, due);
            sent++;
            due = startNanos + (long) (sent * nanosEach);
        }
    }

    @Override
    void replied(Peer peer, int count, long nanoTime) {
        peer.recordRoundTrips(count, nanoTime, roundTrips());
    }
}
