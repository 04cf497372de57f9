package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes and tests that pages name as code and as proof exist, each test with a method of that name. */
class ProtocolRulesDocTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract)(?:\\.\\w+)?)`");
    private static final Pattern ENFORCING_CLASS = Pattern.compile("(?m)^\\|[^|]*\\|[^|]*\\| `([A-Z]\\w+)`");

    private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w+\\.[a-z]\\w*)`");

    @ParameterizedTest
    @ValueSource(strings = { "protocol-rules.md", "contract.md", "closing.md", "limits.md", "extensions.md" })
    void theTestsThatAPageNamesExist(String name) {
        Map<String, String> sources = Pages.sources();
        List<String> missing = new ArrayList<>();
        List<String> named = Pages.found(page(name), TEST);
        for (String test : named) {
            String[] parts = test.split("\\.");
            String source = sources.getOrDefault(parts[0], "");
            if (source.isEmpty() || parts.length > 1 && !source.contains("void " + parts[1] + "(")) {
                missing.add(test);
            }
        }
        assertTrue(named.size() > 2, "only " + named.size() + " tests are named");
        assertEquals(List.of(), missing);
    }

    @Test
    void theClassesThatEnforceTheRulesExist() {
        Map<String, String> sources = Pages.sources();
        List<String> named = Pages.found(page("protocol-rules.md"), ENFORCING_CLASS);
        assertTrue(named.size() > 30, "only " + named.size() + " classes are named");
        assertEquals(List.of(), named.stream().filter(name -> !sources.containsKey(name)).toList());
    }

    /**
     * The walks of a message, a Close frame and a failure: each method is declared in the class that it
     * names.
     */
    @Test
    void theMethodsOnTheWalksExist() {
        Map<String, String> sources = Pages.sources();
        List<String> named = Pages.found(page("architecture.md"), METHOD);
        assertTrue(named.size() > 50, "only " + named.size() + " methods are named");
        assertEquals(List.of(), named.stream().filter(name -> !declares(sources, name)).toList());
    }

    private static boolean declares(Map<String, String> sources, String name) {
        String[] parts = name.split("\\.");
        return Pattern.compile("(?m)^ +[\\w<>\\[\\], .]+ " + parts[1] + "\\(")
                .matcher(sources.getOrDefault(parts[0], ""))
                .find();
    }

    private static Path page(String name) {
        return Pages.root().resolve("docs").resolve(name);
    }
}
