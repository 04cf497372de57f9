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
    static final int COUNT = Runtime.getRuntime().availableProcessors();

    private Processors() {}

    private static boolean suffice(int loops) {
        return loops < COUNT && Files.isExecutable(TASKSET);
    }

    /** Returns the first words of a command that starts a server; none if it may run on any processor. */
    static List<String> ofServer(int loops) {
        return suffice(loops) ? List.of(TASKSET.toString(), "-c", "0-" + (loops - 1)) : List.of();
    }

    /** Keeps all threads of this process off the processors of the servers. */
    static void restrictLoad(int loops) throws IOException {
        if (suffice(loops)) {
            taskset(loops + "-" + (COUNT - 1));
        }
    }

    /** Lets this process run on any processor again. */
    static void releaseLoad(int loops) throws IOException {
        if (suffice(loops)) {
            taskset("0-" + (COUNT - 1));
        }
    }

    private static void taskset(String processors) throws IOException {
        Process taskset = new ProcessBuilder(TASKSET.toString(), "-acp", processors,
                Long.toString(ProcessHandle.current().pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (taskset.onExit().join().exitValue() != 0) {
            throw new IOException("taskset failed");
        }
    }
}
