package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each test that docs/tls.md names for a rule is there. */
class TlsDocTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    @Test
    void theTestsThatThePageNamesExist() throws IOException {
        List<String> missing = new ArrayList<>();
        List<MatchResult> named =
                NAMED.matcher(Files.readString(Path.of("../docs/tls.md"))).results().toList();
        for (MatchResult test : named) {
            if (!exists(test.group(1), test.group(2))) {
                missing.add(test.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named.size() > 40, named.size() + " tests are named");
    }

    private static boolean exists(String type, String method) {
        try {
            return method == null
                    ? Class.forName("io.duplex.tls." + type) != null
                    : Arrays.stream(Class.forName("io.duplex.tls." + type).getDeclaredMethods())
                            .anyMatch(declared -> declared.getName().equals(method));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Test
    void eachReasonIsOnThePage() throws IOException {
        String page = Files.readString(Path.of("../docs/tls.md"));
        for (TlsException.Reason reason : TlsException.Reason.values()) {
            assertTrue(page.contains("`" + reason + "`"), reason.toString());
        }
    }
}
