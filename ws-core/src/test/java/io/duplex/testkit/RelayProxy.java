package io.duplex.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy over real sockets that opens each tunnel it is asked for: by CONNECT, or by SOCKS 5 without
 * authentication, as the first byte says. It assumes that its input is well-formed. It reads names as the
 * loopback address.
 */
public final class RelayProxy implements AutoCloseable {
    private static final int SOCKS_VERSION = 5;
    private static final int SOCKS_NAME = 3;

    private final ServerSocket listening;
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /**
     * Listens on a free port of the loopback interface.
     *
     * @throws IOException if that fails
     */
    public RelayProxy() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /**
     * Returns its address.
     *
     * @return the bound port
     */
    public int port() {
        return listening.getLocalPort();
    }

    /**
     * Returns the requested targets.
     *
     * @return hosts with ports, in order
     */
    public List<String> targets() {
        return List.copyOf(targets);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                // The loop ends.
            }
        }
    }

    private void serve(Socket client) {
        try {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            int first = in.read();
            Socket server = first == SOCKS_VERSION ? socks(in, out) : http(in);
            sockets.add(server);
            out.write(first == SOCKS_VERSION
                    ? new byte[] { SOCKS_VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0 }
                    : "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().start(() -> pump(server, client));
            pump(client, server);
        } catch (IOException gone) {
            close(client);
        }
    }

    private Socket http(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        String target = head.toString().split(" ")[1];
        return connect(target, Integer.parseInt(target.substring(target.lastIndexOf(':') + 1)));
    }

    private Socket socks(DataInputStream in, DataOutputStream out) throws IOException {
        in.skipNBytes(in.readUnsignedByte());
        out.write(new byte[] { SOCKS_VERSION, 0 });
        in.skipNBytes(3);
        boolean named = in.readUnsignedByte() == SOCKS_NAME;
        byte[] address = in.readNBytes(named ? in.readUnsignedByte() : 4);
        int port = in.readUnsignedShort();
        String host = named
                ? new String(address, StandardCharsets.US_ASCII)
                : InetAddress.getByAddress(address).getHostAddress();
        return connect(host + ":" + port, port);
    }

    private Socket connect(String target, int port) throws IOException {
        targets.add(target);
        Socket server = new Socket();
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return server;
    }

    /** Passes on an end as an end, and a break as a break. */
    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                close(from);
                close(to);
            }
        } catch (IOException broken) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(RelayProxy::close);
    }
}
