package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The command line of the echo server of Node's library {@code ws}. */
final class NodeEcho {
    /** Where Node looks for libraries, and where Debian's package {@code node-ws} installs this one. */
    static final String PATH_VARIABLE = "NODE_PATH";
    static final String PATH = "/usr/share/nodejs";

    private NodeEcho() {}

    /** Returns true if Node and the library are installed. */
    static boolean isAvailable() {
        try {
            ProcessBuilder probe = new ProcessBuilder("node", "-e", "require('ws')")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            probe.environment().putIfAbsent(PATH_VARIABLE, PATH);
            return probe.start().onExit().join().exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    static List<String> command() {
        try (InputStream script = NodeEcho.class.getResourceAsStream("node-echo.cjs")) {
            return List.of("node", "-e", new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
