package io.duplex.benchmarks.transports;

import java.io.IOException;

/**
 * One connection sends a message, which the server sends to all connections. The next message follows when
 * all have received it, so every delivery is a write of its own.
 */
final class BroadcastLoad extends SelectorLoad {
    private long sentNanos;

    BroadcastLoad(Dialer dialer, int connections) throws IOException {
        super(dialer, connections, 1);
    }

    @Override
    void begin(long nanoTime) throws IOException {
        sentNanos = nanoTime;
        await(peers().size());
        peers().getFirst().send(1, nanoTime);
    }

    @Override
    void replied(Peer peer, int count, long nanoTime) throws IOException {
        if (peer == peers().getFirst()) {
            peer.recordRoundTrips(count, nanoTime, roundTrips());
        } else {
            roundTrips().recordValueWithCount(nanoTime - sentNanos, count);
        }
        if (awaited() == 0 && isSending()) {
            begin(nanoTime);
        }
    }
}
