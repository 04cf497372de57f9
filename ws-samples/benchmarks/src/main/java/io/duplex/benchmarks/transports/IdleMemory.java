package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a connection without traffic holds in the server's process. Each has echoed one message, so that
 * whatever is made by the first one counts.
 *
 * @param connections how many there were
 * @param liveHeapBytes of each: heap in use behind a collection
 * @param residentBytes of each: physical memory of the process; the kernel's part of a socket is not in it
 */
record IdleMemory(int connections, double liveHeapBytes, double residentBytes) {
    /** Keeps the heap as small as what lives in it, or else garbage would count as resident. */
    private static final List<String> TIGHT_HEAP = List.of("-XX:MinHeapFreeRatio=1", "-XX:MaxHeapFreeRatio=2",
            "-XX:G1PeriodicGCInterval=0");
    /** They load classes, start threads and fill pools. */
    private static final int FIRST_CONNECTIONS = 64;

    static IdleMemory measure(Contestant contestant, int loops, int connections, List<String> jvmOptions)
            throws IOException {
        List<String> options = new ArrayList<>(TIGHT_HEAP);
        options.addAll(jvmOptions);
        List<Client> clients = new ArrayList<>();
        try (ForkedServer server = ForkedServer.start(contestant, loops, options)) {
            try {
                Dialer dialer = Dialer.to(contestant, server.address(), 64);
                open(clients, FIRST_CONNECTIONS, dialer);
                ServerFigures.Held before = server.held();
                open(clients, connections, dialer);
                ServerFigures.Held after = server.held();
                return new IdleMemory(connections,
                        (double) (after.liveHeapBytes() - before.liveHeapBytes()) / connections,
                        (double) (after.residentBytes() - before.residentBytes()) / connections);
            } finally {
                for (Client client : clients) {
                    client.close();
                }
            }
        }
    }

    private static void open(List<Client> clients, int count, Dialer dialer) throws IOException {
        for (int i = 0; i < count; i++) {
            Client client = dialer.open();
            clients.add(client);
            client.echoOnce();
        }
    }
}
