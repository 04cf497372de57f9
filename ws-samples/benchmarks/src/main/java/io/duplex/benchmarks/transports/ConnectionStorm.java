package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Connections that are opened and closed properly, several at a time. */
final class ConnectionStorm implements Load {
    private final Dialer dialer;
    private final int atOnce;
    private final long[] begunNanos;
    private final Histogram roundTrips = Load.histogram();

    ConnectionStorm(Dialer dialer, int atOnce) {
        this.dialer = dialer;
        this.atOnce = atOnce;
        this.begunNanos = new long[atOnce];
    }

    @Override
    public long run(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        long count = 0;
        roundTrips.reset();
        do {
            openAndClose();
            count += atOnce;
        } while (System.nanoTime() - end < 0);
        return count;
    }

    private void openAndClose() throws IOException {
        List<Client> clients = new ArrayList<>(atOnce);
        try {
            for (int i = 0; i < atOnce; i++) {
                begunNanos[i] = System.nanoTime();
                clients.add(dialer.begin());
            }
            for (Client client : clients) {
                client.goOn();
            }
            for (Client client : clients) {
                client.awaitOpen();
                client.beginEnd();
            }
            for (int i = 0; i < atOnce; i++) {
                clients.get(i).awaitEnd();
                roundTrips.recordValue(System.nanoTime() - begunNanos[i]);
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Override
    public Histogram roundTrips() {
        return roundTrips;
    }

    @Override
    public void close() {
        // Nothing is kept.
    }
}
