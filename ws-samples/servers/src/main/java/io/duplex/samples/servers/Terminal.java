package io.duplex.samples.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What standard input and output are connected to, and what may be written there. */
final class Terminal {
    /** As Linux has it. */
    private static final long O_CLOEXEC = 02000000;

    private Terminal() {}

    /**
     * Whether standard output is a terminal, as well as Java can tell: the console exists only if input is
     * one too, and the name of the descriptor's device is known on Linux only. In doubt it is none.
     */
    static boolean isOutput() {
        // From JDK 22 to 24 there is else a console in any case.
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
     * Standard input, or nothing if it was closed when the process started ({@code <&-}): the virtual machine
     * has then given its descriptor to a file that it opened for itself, such as that of the JDK's modules,
     * which must not be read as input. Such a file lies in the JDK, or has the flag that no inherited
     * descriptor can have. The script {@code ws} sees to it as well.
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

    /** On Linux only, and false elsewhere. */
    private static boolean isClosedOnExec(int descriptor) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo/" + descriptor))) {
            return lines.filter(line -> line.startsWith("flags:"))
                    .anyMatch(line -> (Long.parseLong(line.substring(6).strip(), 8) & O_CLOEXEC) != 0);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return false;
        }
    }

    /**
     * The text with control characters written as escapes, tabs and line ends excepted: a peer's message must
     * not move the cursor, rename the window or answer in the user's place.
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
