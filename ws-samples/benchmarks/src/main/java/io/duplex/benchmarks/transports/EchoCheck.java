package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Checks that a server is correct before it is measured: echoes of all forms of length, and the closing. */
final class EchoCheck {
    /** Around the limits of the three forms of length, of a TLS record and of usual buffers. */
    private static final int[] PAYLOAD_BYTES = { 1, 125, 126, 4096, 16_385, 65_535, 65_536 };

    private EchoCheck() {}

    static void run(Contestant contestant, InetSocketAddress server) throws IOException {
        for (int bytes : PAYLOAD_BYTES) {
            try (Client client = Dialer.to(contestant, server, Wire.ECHO, bytes).open()) {
                client.echoOnce();
                client.beginEnd();
                client.awaitEnd();
            } catch (IOException e) {
                throw new IOException(contestant.label() + " fails with " + bytes + " bytes", e);
            }
        }
    }
}
