package io.duplex.samples.servers;

import java.io.IOException;
import java.nio.file.Path;

/** Where the output goes, and what may be written there. */
final class Terminal {
    private Terminal() {}

    /**
     * Whether standard output is a terminal, as well as Java can tell: the console exists only if input is one too, and the name
     * of the descriptor's device is known on Linux only. In doubt it is none.
     */
    static boolean isOutput() {
        // From JDK 22 to 24 there is else a console in any case.
        System.setProperty("jdk.console", "java.base");
        return System.console() != null || device().startsWith("/dev/pts/")
                || device().startsWith("/dev/tty");
    }

    private static String device() {
        try {
            return Path.of("/dev/fd/1").toRealPath().toString();
        } catch (IOException e) {
            // A pipe has no path.
            return "";
        }
    }

    /**
     * The text with control characters written as escapes, tabs and line ends excepted: a peer's message must not move the cursor,
     * rename the window or answer in the user's place.
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
