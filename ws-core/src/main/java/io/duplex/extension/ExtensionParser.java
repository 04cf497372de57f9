package io.duplex.extension;

import io.duplex.extension.ExtensionHeader.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one {@code Sec-WebSocket-Extensions} value, left to right, without going back:
 *
 * <pre>
 * extension-list = 1#( token *( OWS ";" OWS extension-param ) )
 * extension-param = token [ OWS "=" OWS ( token / quoted-string ) ]
 * </pre>
 *
 * RFC 6455 section 9.1 takes its lists from RFC 2616, where white space may stand between any two tokens; so
 * it may stand around the equals sign too.
 */
final class ExtensionParser {
    /** Every character of a token that is neither a letter nor a digit (RFC 9110 section 5.6.2). */
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int position;

    private ExtensionParser(String text) {
        this.text = text;
    }

    static List<ExtensionHeader> parseFields(List<String> fieldValues) {
        List<ExtensionHeader> extensions = new ArrayList<>();
        for (String value : fieldValues) {
            new ExtensionParser(value).parseList(extensions);
        }
        if (extensions.isEmpty() && !fieldValues.isEmpty()) {
            throw new ExtensionSyntaxException("the extension list is empty");
        }
        return List.copyOf(extensions);
    }

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isTokenCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || TOKEN_SYMBOLS.indexOf(c) >= 0;
    }

    private void parseList(List<ExtensionHeader> extensions) {
        do {
            skipWhiteSpace();
            if (position < text.length() && text.charAt(position) != ',') {
                if (extensions.size() == ExtensionHeader.MAX_EXTENSIONS) {
                    throw new ExtensionSyntaxException(
                            "more than " + ExtensionHeader.MAX_EXTENSIONS + " extensions");
                }
                extensions.add(parseExtension());
            }
        } while (skip(','));
        if (position < text.length()) {
            throw unexpected("',' or ';'");
        }
    }

    private ExtensionHeader parseExtension() {
        String name = parseToken("an extension name");
        List<Parameter> parameters = new ArrayList<>();
        while (skip(';')) {
            if (parameters.size() == ExtensionHeader.MAX_PARAMETERS) {
                throw new ExtensionSyntaxException(
                        "more than " + ExtensionHeader.MAX_PARAMETERS + " parameters of an extension");
            }
            parameters.add(parseParameter());
        }
        return new ExtensionHeader(name, parameters);
    }

    private Parameter parseParameter() {
        String name = parseToken("a parameter name");
        return new Parameter(name, skip('=') ? Optional.of(parseValue()) : Optional.empty());
    }

    private String parseValue() {
        return position < text.length() && text.charAt(position) == '"'
                ? parseQuotedString()
                : parseToken("a parameter value");
    }

    private String parseToken(String what) {
        int start = position;
        while (position < text.length() && isTokenCharacter(text.charAt(position))) {
            position++;
        }
        if (position == start) {
            throw unexpected(what);
        }
        return text.substring(start, position);
    }

    /** The unescaped value must be a token, so no separator or control character can hide in quotes. */
    private String parseQuotedString() {
        StringBuilder unescaped = new StringBuilder();
        for (position++; position < text.length(); position++) {
            char c = text.charAt(position);
            if (c == '"') {
                position++;
                return unescaped.toString();
            }
            if (c == '\\' && ++position == text.length()) {
                break;
            }
            c = text.charAt(position);
            if (!isTokenCharacter(c)) {
                throw unexpected("a token in quotes");
            }
            unescaped.append(c);
        }
        throw unexpected("a closing quote");
    }

    /**
     * Skips the separator and the white space on both its sides; only the white space if there is no
     * separator.
     */
    private boolean skip(char separator) {
        skipWhiteSpace();
        if (position == text.length() || text.charAt(position) != separator) {
            return false;
        }
        position++;
        skipWhiteSpace();
        return true;
    }

    private void skipWhiteSpace() {
        while (position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
            position++;
        }
    }

    private ExtensionSyntaxException unexpected(String expected) {
        return new ExtensionSyntaxException("expected " + expected + " at offset " + position);
    }
}
