package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Messages on a number of connections that stay open. One thread, one selector, no allocation while it runs.
 */
abstract sealed class SelectorLoad implements Load permits EchoLoad, BroadcastLoad, PacedLoad {
    private static final long SILENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS);

    private final Selector selector = Selector.open();
    private final List<Peer> peers = new ArrayList<>();
    private final ByteBuffer buffer;
    private final Consumer<SelectionKey> ready = key -> ready((Peer) key.attachment());
    private final Histogram roundTrips = Load.histogram();
    private boolean sending;
    private long replies;
    private long awaited;

    /** Opens the connections. */
    SelectorLoad(Dialer dialer, int connections, int inFlight) throws IOException {
        Wire wire = dialer.wire();
        if (inFlight < 1 || inFlight > wire.cycle()) {
            throw new IllegalArgumentException(
                    "1 to " + wire.cycle() + " messages in flight, not " + inFlight);
        }
        buffer = Peer.bufferFor(wire);
        try {
            for (int i = 0; i < connections; i++) {
                Client client = dialer.open();
                client.awaitReady();
                peers.add(new Peer(client, wire, selector));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns the open connections. */
    final List<Peer> peers() {
        return peers;
    }

    /** Sends the first messages. */
    abstract void begin(long nanoTime) throws IOException;

    /** Takes account of replies on a connection; {@link #isSending} tells whether to send the next ones. */
    abstract void replied(Peer peer, int count, long nanoTime) throws IOException;

    /** Sends messages that are due, before the replies of a turn are read. */
    void turn(long nanoTime) throws IOException {
        // Replies trigger the next messages.
    }

    /** Adds replies that must arrive before the run ends. */
    final void await(int count) {
        awaited += count;
    }

    final long awaited() {
        return awaited;
    }

    /** Returns true until the time of the run is over. */
    final boolean isSending() {
        return sending;
    }

    /** Sends messages for a while, then waits for the last replies. */
    @Override
    public final long run(long nanos) throws IOException {
        long before = replies;
        long start = System.nanoTime();
        sending = true;
        roundTrips.reset();
        try {
            begin(start);
            long heard = start;
            while (awaited > 0 || sending && spins()) {
                long now = System.nanoTime();
                sending = now - start < nanos;
                turn(now);
                int keys = spins() ? selector.selectNow(ready) : selector.select(ready, SILENCE_MILLIS);
                if (keys > 0) {
                    heard = now;
                } else if (awaited > 0 && now - heard >= SILENCE_NANOS || !spins()) {
                    throw new SocketTimeoutException(awaited + " replies have not come");
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return replies - before;
    }

    private void ready(Peer peer) {
        try {
            int whole = peer.ready(buffer);
            if (whole > 0) {
                replies += whole;
                awaited -= whole;
                replied(peer, whole, System.nanoTime());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public final Histogram roundTrips() {
        return roundTrips;
    }

    @Override
    public final void close() throws IOException {
        for (Peer peer : peers) {
            peer.close();
        }
        selector.close();
    }
}
