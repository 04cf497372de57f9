package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of an idle connection in the server's process. Each connection has echoed one message, so that
 * memory allocated by the first message is included.
 *
 * @param connections the number of connections
 * @param liveHeapBytes heap in use after a collection, for each connection
 * @param residentBytes physical memory of the process for each connection, without the kernel's sockets
 */
record IdleMemory(int connections, double liveHeapBytes, double residentBytes) {
    /** Keeps the heap close to its live size; otherwise garbage would count as resident. */
    private static final List<String> TIGHT_HEAP = List.of("-XX:MinHeapFreeRatio=1", "-XX:MaxHeapFreeRatio=2",
            "-XX:G1PeriodicGCInterval=0");
    /** Connections that load classes, start threads and fill pools before the measurement. */
    private static final int FIRST_CONNECTIONS = 64;

    static IdleMemory measure(Contestant contestant, int loops, int connections, List<String> jvmOptions)
            throws IOException {
        List<String> options = new ArrayList<>(TIGHT_HEAP);
        options.addAll(jvmOptions);
        List<Client> clients = new ArrayList<>();
        try (ForkedServer server = ForkedServer.start(contestant, loops, options)) {
            try {
                Dialer dialer = Dialer.to(contestant, server.address(), Wire.ECHO, 64);
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
