package io.duplex.benchmarks.transports;

import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in its own process that echoes to the probe and discards the data of flooders. */
final class FloodedServer implements AutoCloseable {
    static final String ECHO = "/echo";
    static final String SINK = "/sink";

    private final Process process;
    private final int port;

    private FloodedServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Uses the JVM and the class path of this process. */
    static FloodedServer fork(Kind kind, int loops) throws IOException {
        Process process = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), FloodedServer.class.getName(),
                kind.name(), Integer.toString(loops)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader answers = process.inputReader(StandardCharsets.US_ASCII);
        String line = answers.readLine();
        if (line == null) {
            process.destroyForcibly();
            throw new IOException("the server's process has ended");
        }
        return new FloodedServer(process, Integer.parseInt(line));
    }

    int port() {
        return port;
    }

    /** Arguments: kind, loops. It prints its port, and ends with its input. */
    public static void main(String[] args) throws IOException {
        WebSocketServer server = WebSocketServer.builder()
                .transport(Kind.valueOf(args[0]).transport(Integer.parseInt(args[1])))
                .bind("127.0.0.1", 0)
                .options(ConnectionOptions.SERVER.withTimeouts(Timeouts.DEFAULT.withoutKeepAlive()))
                .endpoint(ECHO, new WebSocketHandler() {
                    @Override
                    public void onBinary(WebSocket ws, ByteBuffer payload) {
                        ws.send(payload);
                    }
                })
                .endpoint(SINK, Endpoint.builder()
                        .handler(new WebSocketHandler() {})
                        .extensions(List.of(PerMessageDeflate.create()))
                        .build())
                .start();
        System.out.println(server.port());
        while (System.in.read() >= 0) {
            // Input is ignored.
        }
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
