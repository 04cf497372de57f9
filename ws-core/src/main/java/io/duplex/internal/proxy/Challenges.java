package io.duplex.internal.proxy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parses the schemes in a {@code Proxy-Authenticate} field (RFC 9110 section 11.6.1), without their
 * parameters.
 */
final class Challenges {
    /** More than any proxy has; further ones are not shown. */
    private static final int MAX_SCHEMES = 8;
    /**
     * A scheme stands alone, or is followed by a space and something other than an equals sign; a parameter
     * is followed by the sign.
     */
    private static final Pattern SCHEME =
            Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}+)(?:[ \\t]++[^=\\s].*+)?", Pattern.DOTALL);

    private Challenges() {}

    static List<String> schemes(List<String> values) {
        Set<String> schemes = new LinkedHashSet<>();
        for (String value : values) {
            for (String element : elements(value)) {
                var match = SCHEME.matcher(element.strip());
                if (match.matches() && schemes.size() < MAX_SCHEMES) {
                    schemes.add(match.group(1));
                }
            }
        }
        return List.copyOf(schemes);
    }

    /** Splits at the commas outside quoted strings. */
    private static List<String> elements(String value) {
        List<String> elements = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && !quoted) {
                elements.add(value.substring(start, i));
                start = i + 1;
            }
        }
        elements.add(value.substring(start));
        return elements;
    }
}
