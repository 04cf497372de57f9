package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A proxy that others wrote, in a process of its own, on a free port of the loopback address. */
final class ProxyProcess implements AutoCloseable {
    static final String USER = "mallory";
    static final String PASSWORD = "s3cret";

    private final Process process;
    private final int port;

    private ProxyProcess(int port, List<String> command, Path log) throws IOException {
        this.port = port;
        this.process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Patience.await(command.getFirst() + " listens, or has ended", () -> !process.isAlive() || listens());
        assertTrue(process.isAlive(), () -> command + " ended: " + text(log));
    }

    /**
     * tinyproxy, an HTTP proxy that knows CONNECT.
     *
     * @param folder for its files
     * @param lines  of its configuration besides port and address
     */
    static ProxyProcess tinyproxy(Path folder, String... lines) throws IOException {
        Path program = Programs.require("tinyproxy");
        int port = freePort();
        List<String> configuration = new ArrayList<>(List.of("Port " + port, "Listen 127.0.0.1",
                "Allow 127.0.0.1", "LogFile \"" + folder.resolve("tinyproxy.log") + "\"", "MaxClients 50"));
        configuration.addAll(List.of(lines));
        Path file = Files.write(folder.resolve("tinyproxy.conf"), configuration);
        return new ProxyProcess(port, List.of(program.toString(), "-d", "-c", file.toString()),
                folder.resolve("tinyproxy.out"));
    }

    /**
     * microsocks, a SOCKS 5 proxy.
     *
     * @param folder  for its files
     * @param options besides port and address
     */
    static ProxyProcess microsocks(Path folder, String... options) throws IOException {
        Path program = Programs.require("microsocks");
        int port = freePort();
        List<String> command = new ArrayList<>(
                List.of(program.toString(), "-i", "127.0.0.1", "-p", Integer.toString(port)));
        command.addAll(List.of(options));
        return new ProxyProcess(port, command, folder.resolve("microsocks.out"));
    }

    /** Neither of them can say which port it got. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        kill();
    }

    /** Ends the process, if it still runs, and waits for it. */
    void kill() {
        process.destroyForcibly();
        try {
            assertTrue(process.waitFor(15, TimeUnit.SECONDS), "the proxy goes on after it was killed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
