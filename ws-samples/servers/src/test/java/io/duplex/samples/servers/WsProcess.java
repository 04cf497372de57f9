package io.duplex.samples.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code ws} command as a process of its own, from the classes of this build. */
public final class WsProcess {
    private WsProcess() {}

    /**
     * Ready to start.
     *
     * @param jvm  options of the virtual machine
     * @param args the command line
     */
    public static ProcessBuilder builder(List<String> jvm, List<String> args) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(jvm);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Ws.class.getName()));
        line.addAll(args);
        return new ProcessBuilder(line);
    }
}
