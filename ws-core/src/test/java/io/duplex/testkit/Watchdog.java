package io.duplex.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for threads and conditions that a deadlock would keep from ever ending. When the wait is over, it
 * writes all threads of the process to the standard error, virtual ones too, and fails.
 */
public final class Watchdog {
    private static final long BOUND_NANOS = 3 * Recorder.WAIT_NANOS;

    private final Supplier<String> state;
    private final long end = System.nanoTime() + BOUND_NANOS;

    /**
     * Begins to count.
     *
     * @param state what the failure says about the test
     */
    public Watchdog(Supplier<String> state) {
        this.state = state;
    }

    /**
     * Waits until threads have ended.
     *
     * @param threads of either kind
     */
    public void join(List<Thread> threads) {
        for (Thread thread : threads) {
            await(thread.getName() + " has ended", () -> !thread.isAlive());
        }
    }

    /**
     * Waits until something is so.
     *
     * @param what      what is awaited, for the failure
     * @param condition cheap and without side effects
     */
    public void await(String what, BooleanSupplier condition) {
        if (!Patience.holds(condition, end)) {
            System.err.println(threads());
            throw new AssertionError("waited in vain until " + what + "\n" + state.get());
        }
    }

    /** Asks the JVM's own tool, the only one that knows virtual threads. */
    private static String threads() {
        try {
            Path file = Files.createTempFile("threads", ".txt");
            try {
                Process tool =
                        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(ProcessHandle.current().pid()), "Thread.dump_to_file",
                                "-overwrite",
                                file.toString()).redirectErrorStream(true).start();
                String said = new String(tool.getInputStream().readAllBytes());
                String dump = Files.readString(file);
                return dump.isEmpty() ? said : dump;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            return "no dump of the threads: " + e;
        }
    }
}
