package io.duplex.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The field lines of a message, in order; names are compared without case (RFC 9110 section 5). Immutable.
 *
 * <p>Every way to make one checks names and values, so what is encoded from it can never hold a line that was
 * not meant (header injection). Values are ISO-8859-1: what a value means beyond its characters is for its
 * reader to know.
 */
public final class HttpHeaders implements Iterable<HttpHeaders.Field> {
    private static final HttpHeaders EMPTY = new HttpHeaders(List.of());

    private final List<Field> fields;

    private HttpHeaders(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /**
     * One field line.
     *
     * @param name a token, kept as written
     * @param value without whitespace at its ends; characters up to 0xFF and no control character but the tab
     */
    public record Field(String name, String value) {
        /**
         * Checks the name and the value, and trims the value.
         *
         * @throws IllegalArgumentException if the name is no token or the value has a character that it must
         * not have; the message names the field
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

        /** Without credentials; this ends up in logs. */
        @Override
        public String toString() {
            return name + ": " + Masked.value(this);
        }

        private boolean isNamed(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    /**
     * No fields.
     *
     * @return the empty headers
     */
    public static HttpHeaders of() {
        return EMPTY;
    }

    /**
     * One field.
     *
     * @param name a token
     * @param value its value
     * @return headers of this field
     * @throws IllegalArgumentException if one of them is malformed; the message names the field
     */
    public static HttpHeaders of(String name, String value) {
        return new HttpHeaders(List.of(new Field(name, value)));
    }

    /**
     * A builder without fields.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder that begins with these fields.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.fields.addAll(fields);
        return builder;
    }

    /**
     * The value of the first field line of that name.
     *
     * @param name compared without case
     * @return the value, which may be the empty string; empty if there is no such field
     */
    public Optional<String> first(String name) {
        return fields.stream().filter(field -> field.isNamed(name)).map(Field::value).findFirst();
    }

    /**
     * The values of all field lines of that name.
     *
     * @param name compared without case
     * @return one value a line, in order; unmodifiable, empty if there is no such field
     */
    public List<String> all(String name) {
        return fields.stream().filter(field -> field.isNamed(name)).map(Field::value).toList();
    }

    /**
     * Whether there is a field line of that name.
     *
     * @param name compared without case
     * @return true if there is one, be its value empty
     */
    public boolean contains(String name) {
        return fields.stream().anyMatch(field -> field.isNamed(name));
    }

    /**
     * Each name once, as it was written first, in order.
     *
     * @return an unmodifiable list
     */
    public List<String> names() {
        TreeSet<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        return fields.stream().map(Field::name).filter(seen::add).toList();
    }

    /**
     * Whether a comma-separated list has that element, over all field lines of the name (RFC 9110 section
     * 5.6.1). Empty elements are skipped; an element with parameters or in quotes is another element.
     *
     * @param name compared without case
     * @param token compared without case
     * @return true if the list has it
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
        for (String element : list.split(",")) {
            if (HttpSyntax.trim(element).equalsIgnoreCase(token)) {
                return !token.isEmpty();
            }
        }
        return false;
    }

    /**
     * The number of field lines.
     *
     * @return 0 or more
     */
    public int size() {
        return fields.size();
    }

    @Override
    public Iterator<Field> iterator() {
        return fields.iterator();
    }

    /**
     * Whether the other has the same field lines in the same order, names written alike.
     *
     * @param other any object
     * @return true for equal headers
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof HttpHeaders headers && fields.equals(headers.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The names only: values may be secrets (cookies, authorization), and this ends up in logs. */
    @Override
    public String toString() {
        return names().toString();
    }

    /** Collects fields and checks each. Not thread-safe. */
    public static final class Builder {
        private final List<Field> fields = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a field line behind all others.
         *
         * @param name a token
         * @param value its value; whitespace at its ends is dropped
         * @return this
         * @throws IllegalArgumentException if one of them is malformed; the message names the field
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
            fields.addAll(headers.fields);
            return this;
        }

        /**
         * Makes this the only field line of its name, in the place of the first one if there was any.
         *
         * @param name a token
         * @param value its value; whitespace at its ends is dropped
         * @return this
         * @throws IllegalArgumentException if one of them is malformed; the message names the field
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
         * Removes all field lines of that name.
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
         * The headers; the builder can go on.
         *
         * @return the fields so far
         */
        public HttpHeaders build() {
            return fields.isEmpty() ? EMPTY : new HttpHeaders(fields);
        }
    }
}
