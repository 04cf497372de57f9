package io.duplex.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request asks for: a path and perhaps a query, decoded. Immutable.
 *
 * <p>The decoded path is safe to route on: it is absolute, its dot segments are resolved after decoding (so
 * {@code %2e%2e} is {@code ..}), and a target is refused that climbs above the root, has a control character,
 * or hides a separator ({@code %2F}, {@code %5C}, a backslash) in a segment. Two servers that read such a
 * target differently are how access rules are bypassed.
 */
public final class RequestTarget {
    private final Optional<Authority> authority;
    private final String rawPath;
    private final List<String> segments;
    private final Optional<String> query;
    private final Map<String, List<String>> queryParameters;

    private RequestTarget(Optional<Authority> authority, String rawPath, Optional<String> query)
            throws HttpException {
        this.authority = authority;
        this.rawPath = rawPath;
        this.segments = segmentsOf(rawPath);
        this.query = query;
        this.queryParameters = query.isEmpty() ? Map.of() : parametersOf(query.get());
    }

    /**
     * Reads a target in origin-form or absolute-form (RFC 9112 sections 3.2.1 and 3.2.2).
     *
     * @param target the target as received
     * @return the target, decoded
     * @throws HttpException with status 400 if it has another form, or is malformed
     */
    public static RequestTarget parse(String target) throws HttpException {
        return switch (TargetForm.of(target)) {
            case ORIGIN -> split(Optional.empty(), target);
            case ABSOLUTE ->
                split(Optional.of(TargetForm.authorityOf(target)), TargetForm.afterAuthority(target));
            case AUTHORITY, ASTERISK ->
                throw HttpException.badRequest("the request target names no resource");
        };
    }

    private static RequestTarget split(Optional<Authority> authority, String pathAndQuery)
            throws HttpException {
        int mark = pathAndQuery.indexOf('?');
        String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
        Optional<String> query = mark < 0 ? Optional.empty() : Optional.of(pathAndQuery.substring(mark + 1));
        return new RequestTarget(authority, path.isEmpty() ? "/" : path, query);
    }

    private static List<String> segmentsOf(String rawPath) throws HttpException {
        List<String> segments = new ArrayList<>();
        String[] raw = rawPath.substring(1).split("/", -1);
        for (int i = 0; i < raw.length; i++) {
            String segment = decodeSegment(raw[i]);
            boolean dots = segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                if (segments.isEmpty()) {
                    throw HttpException.badRequest("the path leads above the root");
                }
                segments.removeLast();
            }
            // Dots at the end leave a folder, which ends in a slash (RFC 3986 section 5.2.4).
            if (!dots) {
                segments.add(segment);
            } else if (i == raw.length - 1) {
                segments.add("");
            }
        }
        return List.copyOf(segments);
    }

    private static String decodeSegment(String raw) throws HttpException {
        String segment = PercentDecoder.decode(raw);
        if (segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0) {
            throw HttpException.badRequest("ambiguous separator in the path");
        }
        if (segment.chars().anyMatch(Character::isISOControl)) {
            throw HttpException.badRequest("control character in the path");
        }
        return segment;
    }

    private static Map<String, List<String>> parametersOf(String query) throws HttpException {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentDecoder.decodeForm(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : PercentDecoder.decodeForm(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        }
        parameters.replaceAll((name, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(parameters);
    }

    /**
     * The authority of an absolute-form target, which overrides the {@code Host} field (RFC 9112 section
     * 3.2.2).
     *
     * @return the authority; empty for origin-form
     */
    public Optional<Authority> authority() {
        return authority;
    }

    /**
     * The path as received, neither decoded nor normalised.
     *
     * @return the path, beginning with a slash
     */
    public String rawPath() {
        return rawPath;
    }

    /**
     * The path, decoded and normalised. No segment holds a slash, so this says the same as
     * {@link #segments()}.
     *
     * @return the path, beginning with a slash
     */
    public String path() {
        return "/" + String.join("/", segments);
    }

    /**
     * What is between the slashes, decoded and normalised. {@code /} has one empty segment, {@code /a/} has
     * "a" and "".
     *
     * @return one segment or more; unmodifiable
     */
    public List<String> segments() {
        return segments;
    }

    /**
     * The query as received, without the question mark.
     *
     * @return the query, which may be the empty string; empty if there is no question mark
     */
    public Optional<String> query() {
        return query;
    }

    /**
     * The query read as a form: pairs between ampersands, decoded, a plus being a space.
     *
     * @return the values of each name in order; a name without an equals sign has the empty string;
     * unmodifiable
     */
    public Map<String, List<String>> queryParameters() {
        return queryParameters;
    }

    /**
     * The first value of a query parameter.
     *
     * @param name the decoded name, with case
     * @return its first value; empty if the query does not have it
     */
    public Optional<String> queryParameter(String name) {
        return queryParameters.getOrDefault(name, List.of()).stream().findFirst();
    }

    /**
     * Whether the other asks for the same: the same authority, path as received and query.
     *
     * @param other any object
     * @return true for an equal target
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof RequestTarget target && authority.equals(target.authority)
                && rawPath.equals(target.rawPath) && query.equals(target.query);
    }

    @Override
    public int hashCode() {
        return rawPath.hashCode() * 31 + query.hashCode();
    }

    /** The path without the query, which often holds secrets; this ends up in logs. */
    @Override
    public String toString() {
        return rawPath;
    }
}
