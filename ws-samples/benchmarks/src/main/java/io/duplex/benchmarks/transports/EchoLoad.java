package io.duplex.benchmarks.transports;

import java.io.IOException;

/**
 * Keeps messages in flight on each connection: each echo triggers the next message, and the echoes of one
 * read are answered by one write.
 */
final class EchoLoad extends SelectorLoad {
    private final int inFlight;

    EchoLoad(Dialer dialer, int connections, int inFlight) throws IOException {
        super(dialer, connections, inFlight);
        this.inFlight = inFlight;
    }

    @Override
    void begin(long nanoTime) throws IOException {
        for (Peer peer : peers()) {
            send(peer, inFlight, nanoTime);
        }
    }

    @Override
    void replied(Peer peer, int count, long nanoTime) throws IOException {
        peer.recordRoundTrips(count, nanoTime, roundTrips());
        if (isSending()) {
            send(peer, count, nanoTime);
        }
    }

    private void send(Peer peer, int count, long nanoTime) throws IOException {
        await(count);
        peer.send(count, nanoTime);
    }
}
