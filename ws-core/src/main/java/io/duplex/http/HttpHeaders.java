package io.duplex.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The field lines of a message, in order. Names are compared without case (RFC 9110 section 5). Immutable.
 *
 * <p>Names and values are checked on every path of construction, so encoded headers never contain an injected
 * line. Values are ISO-8859-1; only their characters are checked, not their meaning.
 */
public final class HttpHeaders implements Iterable<HttpHeaders.Field> {
    private static final String LINE_END = "\r\n";
    private static final String SEPARATOR = ": ";
    private static final HttpHeaders EMPTY = new HttpHeaders();

    private final Field[] fields;

    private HttpHeaders(Field... fields) {
        this.fields = fields;
    }

    /**
     * One field line.
     *
     * @param name a token, kept as written
     * @param value without whitespace at its ends; characters up to 0xFF, no control characters except tab
     */
    public record Field(String name, String value) {
        /**
         * Checks the name and the value, and trims the value.
         *
         * @throws IllegalArgumentException if the name is not a token or the value has a forbidden character;
         * the message names the field
         */
        public Field {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            if (!HttpSyntax.isToken(name)) {
                throw new IllegalArgumentException(
                        "The name of header field " + HttpSyntax.quote(name) + " is not a token");
            }
            if (!HttpSyntax.isFieldText(value)) {
                throw new IllegalArgumentException("The value of header field " + name
                        + " has a control character or one beyond ISO-8859-1");
            }
            value = HttpSyntax.trim(value);
        }

        /** Returns the line for a log, without credentials. */
        @Override
        public String toString() {
            return name + ": " + Masked.value(this);
        }

        private boolean isNamed(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    /**
     * Returns headers without fields.
     *
     * @return the empty headers
     */
    public static HttpHeaders of() {
        return EMPTY;
    }

    /**
     * Returns headers with one field.
     *
     * @param name a token
     * @param value its value
     * @return headers of this field
     * @throws IllegalArgumentException if the name or the value is malformed; the message names the field
     */
    public static HttpHeaders of(String name, String value) {
        return new HttpHeaders(new Field(name, value));
    }

    /**
     * Creates a builder without fields.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Creates a builder that starts with these fields.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        return builder.addAll(this);
    }

    /**
     * Returns the value of the first field line of a name.
     *
     * @param name compared without case
     * @return the value, which may be the empty string; empty if there is no such field
     */
    public Optional<String> first(String name) {
        for (Field field : fields) {
            if (field.isNamed(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the values of all field lines of a name.
     *
     * @param name compared without case
     * @return one value per line, in order; unmodifiable, empty if there is no such field
     */
    public List<String> all(String name) {
        String only = null;
        List<String> several = null;
        for (Field field : fields) {
            if (!field.isNamed(name)) {
                continue;
            }
            if (only == null) {
                only = field.value;
                continue;
            }
            if (several == null) {
                several = new ArrayList<>(List.of(only));
            }
            several.add(field.value);
        }
        return several != null
                ? Collections.unmodifiableList(several)
                : only != null ? List.of(only) : List.of();
    }

    /**
     * Checks for a field line of a name.
     *
     * @param name compared without case
     * @return true if there is one, even with an empty value
     */
    public boolean contains(String name) {
        for (Field field : fields) {
            if (field.isNamed(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns each name once, in the spelling and at the place of its first field line.
     *
     * @return an unmodifiable list
     */
    public List<String> names() {
        TreeSet<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        return Stream.of(fields).map(Field::name).filter(seen::add).toList();
    }

    /**
     * Checks for an element of a comma-separated list, over all field lines of a name (RFC 9110 section
     * 5.6.1). Empty elements are skipped. An element with parameters or in quotes does not match.
     *
     * @param name compared without case
     * @param token compared without case
     * @return true if the list contains it
     */
    public boolean containsToken(String name, String token) {
        for (Field field : fields) {
            if (field.isNamed(name) && hasElement(field.value, token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasElement(String list, String token) {
        int start = 0;
        while (start <= list.length()) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            if (HttpSyntax.trim(list, start, end).equalsIgnoreCase(token)) {
                return !token.isEmpty();
            }
            start = end + 1;
        }
        return false;
    }

    /**
     * Returns the number of field lines.
     *
     * @return 0 or more
     */
    public int size() {
        return fields.length;
    }

    @Override
    public Iterator<Field> iterator() {
        return Arrays.asList(fields).iterator();
    }

    /**
     * Encodes a head: the start line, which has three parts, the field lines and the empty line. All of them
     * were checked.
     */
    byte[] encode(String first, String second, String third) {
        int length = first.length() + 1 + second.length() + 1 + third.length() + 2 * LINE_END.length();
        for (Field field : fields) {
            length += field.name.length() + SEPARATOR.length() + field.value.length() + LINE_END.length();
        }
        byte[] head = new byte[length];
        int end = put(" ", head, put(first, head, 0));
        end = put(" ", head, put(second, head, end));
        end = put(LINE_END, head, put(third, head, end));
        for (Field field : fields) {
            end = put(field.value, head, put(SEPARATOR, head, put(field.name, head, end)));
            end = put(LINE_END, head, end);
        }
        put(LINE_END, head, end);
        return head;
    }

    /** Writes characters up to 0xFF, and returns the index after the last one. */
    private static int put(String text, byte[] dst, int from) {
        for (int i = 0; i < text.length(); i++) {
            dst[from + i] = (byte) text.charAt(i);
        }
        return from + text.length();
    }

    /**
     * Compares field lines, their order and the spelling of names.
     *
     * @param other any object
     * @return true for equal headers
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof HttpHeaders headers && Arrays.equals(fields, headers.fields);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fields);
    }

    /** Returns the names only. Values may be secrets (cookies, authorization) and must not reach a log. */
    @Override
    public String toString() {
        return names().toString();
    }

    /** Collects fields and checks each. Not thread-safe. */
    public static final class Builder {
        private final List<Field> fields = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a field line after all others.
         *
         * @param name a token
         * @param value its value; whitespace at its ends is dropped
         * @return this
         * @throws IllegalArgumentException if the name or the value is malformed; the message names the field
         */
        public Builder add(String name, String value) {
            fields.add(new Field(name, value));
            return this;
        }

        /**
         * Adds all field lines of other headers.
         *
         * @param headers the fields to add, in their order
         * @return this
         */
        public Builder addAll(HttpHeaders headers) {
            Collections.addAll(fields, headers.fields);
            return this;
        }

        /**
         * Makes this the only field line of its name, at the place of the first one if there was any.
         *
         * @param name a token
         * @param value its value; whitespace at its ends is dropped
         * @return this
         * @throws IllegalArgumentException if the name or the value is malformed; the message names the field
         */
        public Builder set(String name, String value) {
            Field field = new Field(name, value);
            int place = 0;
            while (place < fields.size() && !fields.get(place).isNamed(name)) {
                place++;
            }
            remove(name);
            fields.add(place, field);
            return this;
        }

        /**
         * Removes all field lines of a name.
         *
         * @param name compared without case
         * @return this
         */
        public Builder remove(String name) {
            Objects.requireNonNull(name, "name");
            fields.removeIf(field -> field.isNamed(name));
            return this;
        }

        /**
         * Builds the headers. The builder may be used further.
         *
         * @return the fields added so far
         */
        public HttpHeaders build() {
            return fields.isEmpty() ? EMPTY : new HttpHeaders(fields.toArray(new Field[0]));
        }
    }
}
