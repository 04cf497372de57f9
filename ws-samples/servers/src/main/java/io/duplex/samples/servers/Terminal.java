package io.duplex.samples.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Standard input and output: their devices, and text that is safe for a terminal. */
final class Terminal {
    /** The value on Linux. */
    private static final long O_CLOEXEC = 02000000;

    private Terminal() {}

    /**
     * Checks whether standard output is a terminal, as far as Java allows: there is a console only if the
     * input is a terminal too, and the device of a descriptor is known on Linux only. Returns false in doubt.
     */
    static boolean isOutput() {
        // Without this, JDK 22 to 24 always have a console.
        System.setProperty("jdk.console", "java.base");
        return System.console() != null || device().startsWith("/dev/pts/")
                || device().startsWith("/dev/tty");
    }

    private static String device() {
        return opened(1).map(Path::toString).orElse("");
    }

    private static Optional<Path> opened(int descriptor) {
        try {
            return Optional.of(Path.of("/dev/fd/" + descriptor).toRealPath());
        } catch (IOException e) {
            // A pipe has no path.
            return Optional.empty();
        }
    }

    /**
     * Returns standard input, or an empty stream if it was closed when the process started ({@code <&-}). In
     * that case the virtual machine has reused its descriptor for a file of its own, such as the JDK's
     * modules, which must not be read as input. Such a file is inside the JDK, or has a flag that inherited
     * descriptors never have. The script {@code ws} handles this case as well.
     */
    static InputStream input() {
        Path jdk = Path.of(System.getProperty("java.home"));
        boolean own = opened(0).map(path -> path.startsWith(real(jdk))).orElse(false) || isClosedOnExec(0);
        return own ? InputStream.nullInputStream() : System.in;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    /** Returns false on systems other than Linux. */
    private static boolean isClosedOnExec(int descriptor) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo/" + descriptor))) {
            return lines.filter(line -> line.startsWith("flags:"))
                    .anyMatch(line -> (Long.parseLong(line.substring(6).strip(), 8) & O_CLOEXEC) != 0);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return false;
        }
    }

    /**
     * Escapes control characters except tabs and line ends, so that a peer's message cannot move the cursor,
     * rename the window or produce input.
     */
    static String harmless(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }
}
