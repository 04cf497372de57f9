package io.duplex.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The path of a route: {@code /chat} matches itself, {@code /chat/{room}} one segment that is not empty, and
 * {@code /static/*} everything below, including the folder itself ({@code /static/}). Paths are
 * case-sensitive, and a trailing slash matters. Immutable.
 */
public final class PathPattern {
    /** Name of the parameter for the part that a wildcard matched, in {@link #match}. */
    public static final String REST = "*";

    private final String pattern;
    private final List<Part> parts;
    private final boolean literal;

    private PathPattern(String pattern, List<Part> parts) {
        this.pattern = pattern;
        this.parts = List.copyOf(parts);
        this.literal = parts.stream().allMatch(part -> part instanceof Literal);
    }

    private sealed interface Part {
        /** Lower ranks are more specific. */
        int rank();
    }

    private record Literal(String text) implements Part {
        @Override
        public int rank() {
            return 0;
        }
    }

    private record Parameter(String name) implements Part {
        @Override
        public int rank() {
            return 1;
        }
    }

    private record Wildcard() implements Part {
        @Override
        public int rank() {
            return 2;
        }
    }

    /**
     * Parses a pattern.
     *
     * @param pattern such as {@code /chat/{room}}; not percent-encoded
     * @return the pattern
     * @throws IllegalArgumentException if it is malformed; the message states the fault
     */
    public static PathPattern of(String pattern) {
        if (!pattern.startsWith("/")) {
            throw malformed(pattern, "does not begin with a slash");
        }
        String[] texts = pattern.substring(1).split("/", -1);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            Part part = part(pattern, texts[i]);
            if (part instanceof Wildcard && i < texts.length - 1) {
                throw malformed(pattern, "has a wildcard that is not its last segment");
            }
            if (part instanceof Parameter && parts.contains(part)) {
                throw malformed(pattern, "has the parameter " + texts[i] + " twice");
            }
            parts.add(part);
        }
        return new PathPattern(pattern, parts);
    }

    private static Part part(String pattern, String text) {
        if (text.equals("*")) {
            return new Wildcard();
        }
        if (text.startsWith("{") && text.endsWith("}")) {
            String name = text.substring(1, text.length() - 1);
            if (!HttpSyntax.isToken(name) || name.equals(REST)) {
                throw malformed(pattern, "has a parameter without a proper name");
            }
            return new Parameter(name);
        }
        if (text.chars().anyMatch(c -> c == '{' || c == '}' || c == '*')) {
            throw malformed(pattern, "has a parameter or wildcard that is not a whole segment");
        }
        if (text.equals(".") || text.equals("..")) {
            throw malformed(pattern, "has a dot segment, which no request has");
        }
        return new Literal(text);
    }

    private static IllegalArgumentException malformed(String pattern, String fault) {
        return new IllegalArgumentException("The path pattern " + HttpSyntax.quote(pattern) + " " + fault);
    }

    /**
     * Matches a path.
     *
     * @param segments the decoded segments, from {@link RequestTarget#segments()}
     * @return the values of the parameters in order, and of the wildcard as {@link #REST}, joined by slashes;
     * unmodifiable; empty if the path does not match
     */
    public Optional<Map<String, String>> match(List<String> segments) {
        Map<String, String> values = literal ? Map.of() : new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            if (i == segments.size() || !matches(i, segments, values)) {
                return Optional.empty();
            }
        }
        boolean whole = parts.getLast() instanceof Wildcard || segments.size() == parts.size();
        return whole
                ? Optional.of(literal ? values : Collections.unmodifiableMap(values))
                : Optional.empty();
    }

    private boolean matches(int i, List<String> segments, Map<String, String> values) {
        String segment = segments.get(i);
        return switch (parts.get(i)) {
            case Literal literal -> literal.text.equals(segment);
            case Parameter parameter -> {
                values.put(parameter.name, segment);
                yield !segment.isEmpty();
            }
            case Wildcard wildcard -> {
                values.put(REST, String.join("/", segments.subList(i, segments.size())));
                yield true;
            }
        };
    }

    /**
     * Returns the order of patterns for routing, by segments from the left: a literal comes before a
     * parameter, a parameter before a wildcard. The first match is then the most specific one. Patterns are
     * equal in this order if they match the same paths, or never the same path.
     *
     * @return a comparator that puts the most specific pattern first
     */
    public static Comparator<PathPattern> mostSpecificFirst() {
        return PathPattern::compareRanks;
    }

    private static int compareRanks(PathPattern a, PathPattern b) {
        for (int i = 0; i < a.parts.size() && i < b.parts.size(); i++) {
            int order = Integer.compare(a.parts.get(i).rank(), b.parts.get(i).rank());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(b.parts.size(), a.parts.size());
    }

    /**
     * Checks whether both match exactly the same paths. Names of parameters are ignored.
     *
     * @param other another pattern
     * @return true if one of them is redundant
     */
    public boolean matchesSameAs(PathPattern other) {
        return shape().equals(other.shape());
    }

    private List<Part> shape() {
        return parts.stream().map(part -> part instanceof Parameter ? new Parameter("") : part).toList();
    }

    /**
     * Compares the texts of patterns.
     *
     * @param other any object
     * @return true for an equal pattern
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern path && pattern.equals(path.pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    /**
     * Returns the text of the pattern.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return pattern;
    }
}
