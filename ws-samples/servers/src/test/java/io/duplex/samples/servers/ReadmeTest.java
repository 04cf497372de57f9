package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.server.WebSocketServer;
import io.duplex.transport.bio.BioTransport;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the pages show is true: the README's programs compile without a warning and run, each in a process of
 * its own, with the class path that the README names (the core and one transport); the fragments of the other
 * pages compile; links lead somewhere.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadmeTest {
    private static final int MAX_BODY_LINES = 10;
    private static final Pattern RELATIVE_LINK = Pattern.compile("\\]\\((?!https?:|mailto:)([^)\\s]+)\\)");

    /** What a fragment may take for granted. */
    private static final String AROUND_FRAGMENT = """
            import io.duplex.*;
            import io.duplex.client.*;
            import io.duplex.extension.*;
            import io.duplex.http.*;
            import io.duplex.server.*;
            import io.duplex.tls.*;
            import io.duplex.transport.SocketOptions;
            import io.duplex.transport.bio.BioTransport;
            import java.io.*;
            import java.net.*;
            import java.nio.ByteBuffer;
            import java.nio.file.*;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;

            class Fragment {
                void run(WebSocket ws, URI uri, WebSocketHandler handler, WebSocketServer server,
                        WebSocketClient client) throws Exception {
            %s
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void allThreeProgramsAreThere() {
        assertEquals(List.of("EchoServer", "HelloClient", "BlockingEcho"),
                Pages.javaBlocks(readme()).stream().map(Pages::className).toList());
    }

    @Test
    void noProgramIsLongerThanTenLines() {
        for (String block : Pages.javaBlocks(readme())) {
            List<String> lines = block.lines().toList();
            int main = lines.indexOf("    public static void main(String[] args) throws Exception {");
            assertTrue(main > 0, "a main method in:\n" + block);
            int end = lines.subList(main, lines.size()).indexOf("    }");
            assertTrue(end - 1 <= MAX_BODY_LINES, (end - 1) + " lines in:\n" + block);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "EchoServer", "BlockingEcho" })
    void theServerAnswersTheClient(String serverClass) throws Exception {
        for (String block : Pages.javaBlocks(readme())) {
            compileProgram(block);
        }
        Process server = start(serverClass, "0");
        try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
            String first = lines.readLine();
            assertTrue(first != null && first.startsWith("ws://127.0.0.1:"),
                    () -> first + errors(serverClass));
            Process client = start("HelloClient", first);
            String printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, client.waitFor(), () -> errors("HelloClient"));
            assertEquals("hello", printed.strip());
            assertTrue(server.isAlive(), () -> errors(serverClass));
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    static Stream<Path> docs() {
        return Pages.all().stream().filter(page -> !page.equals(readme()));
    }

    /** A block that declares no class stands for statements of a method. */
    @ParameterizedTest
    @MethodSource("docs")
    void theFragmentsOfThePagesCompile(Path page) throws IOException {
        int number = 0;
        for (String block : Pages.javaBlocks(page)) {
            boolean complete =
                    Pattern.compile("(?m)^(\\w+ )*(class|interface|record) ").matcher(block).find();
            String source = complete ? block : AROUND_FRAGMENT.formatted(block);
            Path file = Files.createDirectories(folder.resolve("block" + ++number))
                    .resolve(complete ? Pages.className(source) + ".java" : "Fragment.java");
            Files.writeString(file, source);
            assertEquals("", Pages.compile(file, System.getProperty("java.class.path"), file.getParent()),
                    () -> page + ":\n" + block);
        }
    }

    @Test
    void everyRelativeLinkLeadsToAFile() {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : Pages.all()) {
            for (String link : Pages.found(page, RELATIVE_LINK)) {
                links++;
                if (!leadsSomewhere(page, link)) {
                    broken.add(Pages.root().relativize(page) + " -> " + link);
                }
            }
        }
        assertTrue(links > 20, "only " + links + " links were found");
        assertEquals(List.of(), broken);
    }

    private static boolean leadsSomewhere(Path page, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0 || Pages.text(target)
                .lines()
                .filter(line -> line.startsWith("#"))
                .anyMatch(heading -> anchor(heading).equals(link.substring(hash + 1)));
    }

    /** As the usual viewers make anchors of headings. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+\\s*", "")
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    @Test
    void theDecisionsHaveTheirHeadings() {
        for (Path page : Pages.all()) {
            if (page.getParent().endsWith("decisions")) {
                List<String> headings =
                        Pages.text(page).lines().filter(line -> line.startsWith("## ")).toList();
                assertEquals(List.of("## Context", "## Decision", "## Consequences"), headings,
                        page.toString());
            }
        }
    }

    private static Path readme() {
        return Pages.root().resolve("README.md");
    }

    private void compileProgram(String block) throws IOException {
        Path source = Files.writeString(folder.resolve(Pages.className(block) + ".java"), block);
        assertEquals("", Pages.compile(source, libraries(), folder), () -> block);
    }

    private Process start(String className, String argument) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                libraries() + File.pathSeparator + folder, className, argument)
                .redirectError(folder.resolve(className + ".err").toFile())
                .start();
    }

    private String errors(String className) {
        String errors = Pages.text(folder.resolve(className + ".err"));
        assertFalse(errors.isEmpty(), className + " said nothing on standard error");
        return "\n" + errors;
    }

    /** The two artifacts that the README's dependencies name: nothing else is needed. */
    private static String libraries() {
        return place(WebSocketServer.class) + File.pathSeparator + place(BioTransport.class);
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
