package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A contestant in its own process, and the pipe to it. One thread. */
final class ForkedServer implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final OutputStream requests;
    private final InetSocketAddress address;

    private ForkedServer(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.requests = process.getOutputStream();
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(answer()));
    }

    /** Starts it with the JVM and the class path of this process, and waits until it listens. */
    static ForkedServer start(Contestant contestant, int loops, List<String> jvmOptions) throws IOException {
        List<String> command = new ArrayList<>(Processors.ofServer(loops));
        command.addAll(
                contestant.kind() == Kind.NODE ? NodeEcho.command() : java(contestant, loops, jvmOptions));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent(NodeEcho.PATH_VARIABLE, NodeEcho.PATH);
        Process process = builder.start();
        try {
            return new ForkedServer(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static List<String> java(Contestant contestant, int loops, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), ServerMain.class.getName(),
                contestant.kind().name(), contestant.security().name(), Integer.toString(loops)));
        return command;
    }

    InetSocketAddress address() {
        return address;
    }

    ServerFigures.Used used() throws IOException {
        return ServerFigures.Used.parse(ask("used"));
    }

    ServerFigures.Held held() throws IOException {
        return ServerFigures.Held.parse(ask("held"));
    }

    private String ask(String question) throws IOException {
        requests.write((question + "\n").getBytes(StandardCharsets.US_ASCII));
        requests.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("the server's process has ended");
        }
        return line;
    }

    /** Stops the server. Open connections delay it, so close them first. */
    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
