package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Connections that are opened, and closed in an orderly way at once, so many side by side. */
final class ConnectionStorm implements Load {
    private final Wire wire;
    private final InetSocketAddress server;
    private final int atOnce;

    ConnectionStorm(Wire wire, InetSocketAddress server, int atOnce) {
        this.wire = wire;
        this.server = server;
        this.atOnce = atOnce;
    }

    @Override
    public long run(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        long count = 0;
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
                clients.add(Client.begin(wire, server));
            }
            for (Client client : clients) {
                client.awaitOpen();
                client.beginEnd();
            }
            for (Client client : clients) {
                client.awaitEnd();
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Override
    public void close() {
        // Nothing is kept.
    }
}
