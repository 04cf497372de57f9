package io.duplex.extension;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One element of a {@code Sec-WebSocket-Extensions} header field: an offer, or the answer to one (RFC 6455
 * section 9.1).
 *
 * <p>Names and values are tokens (RFC 9110 section 5.6.2), so that a header made here cannot break out of its
 * field. Names are case-sensitive: the registry has them in lower case. The extension defines the meaning of
 * its parameters, and whether one may come twice.
 *
 * @param name the extension's registered name, such as {@code permessage-deflate}
 * @param parameters the parameters in their order, at most {@link #MAX_PARAMETERS}
 */
public record ExtensionHeader(String name, List<Parameter> parameters) {
    /** The maximum number of extensions in the header fields of one message. */
    public static final int MAX_EXTENSIONS = 32;

    /** The maximum number of parameters of one extension. */
    public static final int MAX_PARAMETERS = 32;

    /**
     * One parameter of an extension.
     *
     * @param name the parameter's name
     * @param value the value after the equals sign, if there is one, without its quotes
     */
    public record Parameter(String name, Optional<String> value) {
        /**
         * Checks that name and value are tokens.
         *
         * @throws ExtensionSyntaxException if the name or the value is not a token
         */
        public Parameter {
            requireToken(name, "parameter name");
            value.ifPresent(text -> requireToken(text, "parameter value"));
        }

        /**
         * Creates a parameter without a value.
         *
         * @param name the parameter's name
         * @return the parameter
         * @throws ExtensionSyntaxException if the name is not a token
         */
        public static Parameter of(String name) {
            return new Parameter(name, Optional.empty());
        }

        /**
         * Creates a parameter with a value.
         *
         * @param name the parameter's name
         * @param value its value
         * @return the parameter
         * @throws ExtensionSyntaxException if the name or the value is not a token
         */
        public static Parameter of(String name, String value) {
            return new Parameter(name, Optional.of(value));
        }
    }

    /**
     * Checks the name and the number of parameters; the list is copied.
     *
     * @throws ExtensionSyntaxException if the name is not a token or there are too many parameters
     */
    public ExtensionHeader {
        requireToken(name, "extension name");
        parameters = List.copyOf(parameters);
        if (parameters.size() > MAX_PARAMETERS) {
            throw new ExtensionSyntaxException("more than " + MAX_PARAMETERS + " parameters of an extension");
        }
    }

    /**
     * Creates an element with the given parameters.
     *
     * @param name the extension's name
     * @param parameters its parameters
     * @return the element
     * @throws ExtensionSyntaxException if the name is not a token or there are too many parameters
     */
    public static ExtensionHeader of(String name, Parameter... parameters) {
        return new ExtensionHeader(name, List.of(parameters));
    }

    /**
     * Parses all {@code Sec-WebSocket-Extensions} fields of one request or response. Several fields mean the
     * same as one with the values joined by commas. Empty list elements are skipped (RFC 9110 section 5.6.1),
     * but a field must list an extension somewhere. Spaces and tabs may surround each separator. The cost is
     * linear in the fields' length.
     *
     * @param fieldValues the value of each field line; none if the message has no such field
     * @return the extensions in the order in which they are listed, at most {@link #MAX_EXTENSIONS}
     * @throws ExtensionSyntaxException if a value breaks the grammar or lists too much
     */
    public static List<ExtensionHeader> parse(List<String> fieldValues) {
        return ExtensionParser.parseFields(fieldValues);
    }

    /**
     * Formats the element for the header field. No value needs quotes, because all are tokens.
     *
     * @return the text, which {@link #parse} reads back
     */
    public String format() {
        StringBuilder text = new StringBuilder(name);
        for (Parameter parameter : parameters) {
            text.append("; ").append(parameter.name);
            parameter.value.ifPresent(value -> text.append('=').append(value));
        }
        return text.toString();
    }

    /**
     * Returns the value of one field that lists these extensions.
     *
     * @param extensions in the order in which they are listed
     * @return the text, which {@link #parse} reads back
     */
    public static String format(List<ExtensionHeader> extensions) {
        return extensions.stream().map(ExtensionHeader::format).collect(Collectors.joining(", "));
    }

    private static void requireToken(String text, String what) {
        Objects.requireNonNull(text, what);
        if (!ExtensionParser.isToken(text)) {
            throw new ExtensionSyntaxException(what + " is not a token");
        }
    }
}
