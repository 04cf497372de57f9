package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps servers and the load generator on different processors, with {@code taskset} of util-linux: a server
 * on as many as it has loops, the load generator on the others. Without that program, or with too few
 * processors, they run on any.
 */
final class Processors {
    private static final Path TASKSET = Path.of("/usr/bin/taskset");
    /** All processors, counted before this process is restricted to some of them. */
    private static final int COUNT = Runtime.getRuntime().availableProcessors();

    private Processors() {}

    private static boolean suffice(int loops) {
        return loops < COUNT && Files.isExecutable(TASKSET);
    }

    /** Returns the first words of a command that starts a server; none if it may run on any processor. */
    static List<String> ofServer(int loops) {
        return suffice(loops) ? List.of(TASKSET.toString(), "-c", "0-" + (loops - 1)) : List.of();
    }

    /** Restricts all threads of this process. */
    static void keepLoad(int loops) throws IOException {
        if (suffice(loops)) {
            Process taskset = new ProcessBuilder(TASKSET.toString(), "-acp", loops + "-" + (COUNT - 1),
                    Long.toString(ProcessHandle.current().pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (taskset.onExit().join().exitValue() != 0) {
                throw new IOException("taskset failed");
            }
        }
    }
}
