package io.duplex.transport.bio.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A wire and the raw socket at its other end. */
record DriverPair(Wire wire, Socket peer) implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    static DriverPair open() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket peer = new Socket(server.getInetAddress(), server.getLocalPort());
            peer.setSoTimeout(PATIENCE_MILLIS);
            Wire wire = Wire.accepted(server.accept());
            wire.open();
            return new DriverPair(wire, peer);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
        peer.close();
    }
}
