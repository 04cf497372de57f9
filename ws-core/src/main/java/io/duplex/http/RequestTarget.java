package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The target of a request: a path and perhaps a query, decoded. Immutable.
 *
 * <p>The decoded path is safe for routing. It is absolute, and dot segments are resolved after decoding (so
 * {@code %2e%2e} is {@code ..}). A target is refused if it leads above the root, has a control character, or
 * hides a separator ({@code %2F}, {@code %5C}, a backslash) in a segment: if two servers read such a target
 * differently, access rules can be bypassed.
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
     * Parses a target in origin-form or absolute-form (RFC 9112 sections 3.2.1 and 3.2.2).
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
        int end;
        for (int start = 1; start <= rawPath.length(); start = end + 1) {
            int slash = rawPath.indexOf('/', start);
            end = slash < 0 ? rawPath.length() : slash;
            String segment = decodeSegment(rawPath.substring(start, end));
            boolean dots = segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                if (segments.isEmpty()) {
                    throw HttpException.badRequest("the path leads above the root");
                }
                segments.removeLast();
            }
            // After dots at the end the path is a folder and ends in a slash (RFC 3986 section 5.2.4).
            if (!dots) {
                segments.add(segment);
            } else if (slash < 0) {
                segments.add("");
            }
        }
        return List.copyOf(segments);
    }

    private static String decodeSegment(String raw) throws HttpException {
        String segment = decode(raw, '+');
        if (segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0) {
            throw HttpException.badRequest("ambiguous separator in the path");
        }
        for (int i = 0; i < segment.length(); i++) {
            if (Character.isISOControl(segment.charAt(i))) {
                throw HttpException.badRequest("control character in the path");
            }
        }
        return segment;
    }

    /**
     * Decodes percent-encoded UTF-8 (RFC 3986 section 2.1), strictly.
     *
     * @param plus what a plus stands for: a space in forms
     */
    private static String decode(String text, char plus) throws HttpException {
        if (text.indexOf('%') < 0) {
            return text.replace('+', plus);
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes[length++] = escaped(text, i);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '+' ? plus : c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw HttpException.badRequest("the request target is not UTF-8");
        }
    }

    private static byte escaped(String text, int percent) throws HttpException {
        if (percent + 2 >= text.length() || !HttpSyntax.isHexDigit(text.charAt(percent + 1))
                || !HttpSyntax.isHexDigit(text.charAt(percent + 2))) {
            throw HttpException.badRequest("malformed percent-encoding in the request target");
        }
        int value = Integer.parseInt(text, percent + 1, percent + 3, 16);
        if (value == 0) {
            throw HttpException.badRequest("NUL in the request target");
        }
        return (byte) value;
    }

    private static Map<String, List<String>> parametersOf(String query) throws HttpException {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), ' ');
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), ' ');
            parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        }
        parameters.replaceAll((name, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(parameters);
    }

    /**
     * Returns the authority of an absolute-form target, which overrides the {@code Host} field (RFC 9112
     * section 3.2.2).
     *
     * @return the authority; empty for origin-form
     */
    public Optional<Authority> authority() {
        return authority;
    }

    /**
     * Returns the path as received, neither decoded nor normalised.
     *
     * @return the path, which starts with a slash
     */
    public String rawPath() {
        return rawPath;
    }

    /**
     * Returns the path, decoded and normalised. No segment contains a slash, so this is equivalent to
     * {@link #segments()}.
     *
     * @return the path, which starts with a slash
     */
    public String path() {
        return "/" + String.join("/", segments);
    }

    /**
     * Returns the segments of the path, decoded and normalised. {@code /} has one empty segment, {@code /a/}
     * has "a" and "".
     *
     * @return one segment or more; unmodifiable
     */
    public List<String> segments() {
        return segments;
    }

    /**
     * Returns the query as received, without the question mark.
     *
     * @return the query, which may be the empty string; empty if there is no question mark
     */
    public Optional<String> query() {
        return query;
    }

    /**
     * Returns the query, decoded as a form: pairs between ampersands, with a plus for a space.
     *
     * @return the values of each name in order; a name without an equals sign has the empty string;
     * unmodifiable
     */
    public Map<String, List<String>> queryParameters() {
        return queryParameters;
    }

    /**
     * Returns the first value of a query parameter.
     *
     * @param name the decoded name, case-sensitive
     * @return its first value; empty if the query does not contain it
     */
    public Optional<String> queryParameter(String name) {
        return queryParameters.getOrDefault(name, List.of()).stream().findFirst();
    }

    /**
     * Compares the authority, the path as received and the query.
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

    /** Returns the path for a log, without the query, which may contain secrets. */
    @Override
    public String toString() {
        return rawPath;
    }
}
