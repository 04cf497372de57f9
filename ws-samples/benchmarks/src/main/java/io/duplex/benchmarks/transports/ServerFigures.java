package io.duplex.benchmarks.transports;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resource figures of a process, sent over a pipe as a line of numbers. */
final class ServerFigures {
    private ServerFigures() {}

    /**
     * Resources used since the start of the process.
     *
     * @param userNanos processor time of all its threads in their own code
     * @param systemNanos processor time of all its threads in the kernel
     * @param allocatedBytes heap memory allocated by its threads; 0 if unknown
     */
    record Used(long userNanos, long systemNanos, long allocatedBytes) {
        /** The unit of {@code /proc}, on every Linux. */
        private static final long TICK_NANOS = 10_000_000;
        private static final int USER_FIELD = 11;

        static Used now() throws IOException {
            // The name of the program, in parentheses, may contain spaces.
            String[] fields =
                    Files.readString(Path.of("/proc/self/stat")).replaceFirst(".*\\) ", "").split(" ");
            ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
            return new Used(Long.parseLong(fields[USER_FIELD]) * TICK_NANOS,
                    Long.parseLong(fields[USER_FIELD + 1]) * TICK_NANOS,
                    threads.getTotalThreadAllocatedBytes());
        }

        static Used parse(String line) {
            String[] numbers = line.split(" ");
            return new Used(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]),
                    Long.parseLong(numbers[2]));
        }

        String line() {
            return userNanos + " " + systemNanos + " " + allocatedBytes;
        }

        long cpuNanos() {
            return userNanos + systemNanos;
        }

        Used since(Used before) {
            return new Used(userNanos - before.userNanos, systemNanos - before.systemNanos,
                    allocatedBytes - before.allocatedBytes);
        }
    }

    /**
     * Memory in use.
     *
     * @param liveHeapBytes heap in use after a collection
     * @param residentBytes physical memory, including the heap
     */
    record Held(long liveHeapBytes, long residentBytes) {
        /** Repeated, because references and cleaners free more memory after a collection. */
        private static final int COLLECTIONS = 3;

        static Held now() throws IOException {
            for (int i = 0; i < COLLECTIONS; i++) {
                System.gc();
            }
            return new Held(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), resident());
        }

        private static long resident() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            throw new IOException("/proc/self/status has no VmRSS");
        }

        static Held parse(String line) {
            String[] numbers = line.split(" ");
            return new Held(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        }

        String line() {
            return liveHeapBytes + " " + residentBytes;
        }
    }
}
