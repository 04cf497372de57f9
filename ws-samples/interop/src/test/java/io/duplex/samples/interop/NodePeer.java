package io.duplex.samples.interop;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One Node process with the package {@code ws}, which is many clients and servers in turn, see {@code
 * node-peer.cjs}. It reads commands as lines on its input and reports events as lines on its output; each
 * line begins with the number of its connection or server, and arbitrary text is in base64. It ends when this
 * process does, because then its input ends.
 *
 * <p>As an extension it skips the tests where Node or the package is missing, but fails where the environment
 * says {@code CI=true}.
 */
final class NodePeer implements ExecutionCondition {
    private static final String MISSING =
            "There is no Node with the package ws: apt-get install nodejs node-ws";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Possible.YES) {
            return ConditionEvaluationResult.enabled("Node and ws are there");
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(MISSING);
        }
        return ConditionEvaluationResult.disabled(MISSING);
    }

    /** A number for a new client or server, whose lines go to the consumer: the first word and the others. */
    static int register(Consumer<String[]> lines) {
        return Running.ONLY.register(lines);
    }

    static void tell(int who, String... words) {
        Running.ONLY.tell(who, words);
    }

    static String encode(byte[] bytes) {
        // An empty word would not be one.
        return "=" + Base64.getEncoder().encodeToString(bytes);
    }

    static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bytes(String word) {
        return Base64.getDecoder().decode(word.substring(1));
    }

    static String text(String word) {
        return new String(bytes(word), StandardCharsets.UTF_8);
    }

    /** The event of a line, for what clients and servers have in common. */
    static Event event(String[] words) {
        return switch (words[0]) {
            case "text" -> new Event.Text(text(words[1]));
            case "binary" -> new Event.Binary(bytes(words[1]));
            case "pong" -> new Event.Pong(text(words[1]));
            case "closed" -> new Event.Closed(Integer.parseInt(words[1]), text(words[2]));
            case "failed" -> new Event.Failed(new IOException(text(words[1])));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    /** Asked once: the condition is evaluated for each test. */
    private static final class Possible {
        static final boolean YES = isPossible();

        private static boolean isPossible() {
            try {
                Process process = Running.node("-e", "require('ws')");
                return process.waitFor(15, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** The process. */
    private static final class Running {
        static final Running ONLY = new Running();

        private final Map<Integer, Consumer<String[]>> consumers = new ConcurrentHashMap<>();
        private final AtomicInteger last = new AtomicInteger();
        private final PrintStream in;

        private Running() {
            try (InputStream script = NodePeer.class.getResourceAsStream("node-peer.cjs")) {
                Path file = Files.createTempFile("node-peer", ".cjs");
                file.toFile().deleteOnExit();
                Files.write(file, script.readAllBytes());
                Process process = node(file.toString());
                in = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
                BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
                Thread.ofPlatform().daemon().name("node-peer").start(() -> out.lines().forEach(this::take));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Debian's packages lie where a Node from elsewhere does not look. */
        static Process node(String... arguments) throws IOException {
            String[] line = new String[arguments.length + 1];
            line[0] = "node";
            System.arraycopy(arguments, 0, line, 1, arguments.length);
            ProcessBuilder builder = new ProcessBuilder(line);
            builder.environment()
                    .merge("NODE_PATH", "/usr/share/nodejs", (a, b) -> a + File.pathSeparator + b);
            return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        }

        private void take(String line) {
            String[] words = line.split(" ", 2);
            Consumer<String[]> consumer = consumers.get(Integer.parseInt(words[0]));
            consumer.accept(words[1].split(" "));
        }

        private int register(Consumer<String[]> lines) {
            int number = last.incrementAndGet();
            consumers.put(number, lines);
            return number;
        }

        private void tell(int who, String... words) {
            synchronized (in) {
                in.println(who + " " + String.join(" ", words));
            }
        }
    }
}
