package io.duplex.samples.servers;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The pages of the documentation as they lie in the project: README.md and everything below docs. */
final class Pages {
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    private Pages() {}

    /** The project's root, above the module whose tests run. */
    static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("ws-core")) && Files.exists(at.resolve("README.md"))) {
                return at;
            }
        }
        throw new AssertionError("no README.md above " + Path.of("").toAbsolutePath());
    }

    /** README.md and all pages below docs. */
    static List<Path> all() {
        List<Path> pages = new ArrayList<>(List.of(root().resolve("README.md")));
        try (Stream<Path> docs = Files.walk(root().resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pages;
    }

    static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Java blocks of a page, in order. */
    static List<String> javaBlocks(Path page) {
        return JAVA_BLOCK.matcher(text(page)).results().map(block -> block.group(1)).toList();
    }

    /** The cells of every row of every table of a page, without head and rule; backticks are taken off. */
    static List<List<String>> rows(Path page) {
        return text(page).lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Stream.of(line.substring(2, line.lastIndexOf('|')).split("\\|"))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList())
                .toList();
    }

    /** Every text of a page that a pattern finds: the pattern's first group. */
    static List<String> found(Path page, Pattern pattern) {
        return pattern.matcher(text(page)).results().map(Pages::firstGroup).toList();
    }

    private static String firstGroup(MatchResult match) {
        return match.group(1);
    }

    /** The text of each Java file of the libraries and servers, by the name of its class. */
    static Map<String, String> sources() {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("ws-core/src", "ws-transport-bio/src", "ws-transport-nio/src",
                "ws-tls/src", "ws-samples/servers/src")) {
            try (Stream<Path> files = Files.walk(root().resolve(module))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString();
                    sources.put(name.substring(0, name.length() - ".java".length()), text(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources;
    }

    /**
     * Compiles a class as the build does.
     *
     * @return what the compiler said; empty if all is well
     */
    static String compile(Path source, String classPath, Path target) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(out, out, "--release", "21", "-Xlint:all", "-Werror", "-proc:none", "-cp", classPath,
                        "-d", target.toString(), source.toString());
        out.flush();
        return code == 0 ? said.toString() : "exit code " + code + "\n" + said;
    }

    /** The name of the class that a block declares. */
    static String className(String block) {
        Matcher name = Pattern.compile("(?m)^(?:public |final )*class (\\w+)").matcher(block);
        if (!name.find()) {
            throw new AssertionError("no class in:\n" + block);
        }
        return name.group(1);
    }
}
