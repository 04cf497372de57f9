package io.duplex.transport.bio.driver;

import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
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
            Wire wire = Wire.accepted(server.accept(), setup());
            wire.open();
            return new DriverPair(wire, peer);
        }
    }

    /** What a listener sets on what it accepts, if nothing was asked for. */
    static SocketSetup setup() throws IOException {
        try (Socket specimen = new Socket()) {
            return SocketSetup.accepted("bio", SocketOptions.DEFAULT, KernelSocket.of(specimen));
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
        peer.close();
    }
}
