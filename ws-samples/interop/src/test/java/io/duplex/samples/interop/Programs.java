package io.duplex.samples.interop;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that tests run against. */
final class Programs {
    private Programs() {}

    /**
     * Where a program is. Without it the test is skipped, but fails where the environment says
     * {@code CI=true}.
     *
     * @param name of the program and of its Debian package
     */
    static Path require(String name) {
        Optional<Path> found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            String missing = "There is no " + name + " on the search path: apt-get install " + name;
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(missing);
            }
            Assumptions.abort(missing);
        }
        return found.get();
    }
}
