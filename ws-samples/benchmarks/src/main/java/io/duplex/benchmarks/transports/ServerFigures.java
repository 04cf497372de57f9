package io.duplex.benchmarks.transports;

import com.sun.management.OperatingSystemMXBean;
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
     * @param cpuNanos processor time of all its threads
     * @param allocatedBytes heap memory allocated by its threads
     */
    record Used(long cpuNanos, long allocatedBytes) {
        static Used now() {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
            return new Used(system.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes());
        }

        static Used parse(String line) {
            String[] numbers = line.split(" ");
            return new Used(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        }

        String line() {
            return cpuNanos + " " + allocatedBytes;
        }

        Used since(Used before) {
            return new Used(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
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
