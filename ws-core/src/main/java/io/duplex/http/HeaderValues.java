package io.duplex.http;

import java.util.ArrayList;
import java.util.List;

/** Readers of field values that are lists (RFC 9110 section 5.6.1). */
public final class HeaderValues {
    private HeaderValues() {}

    /**
     * Reads a list of tokens, such as {@code Connection} or {@code Sec-WebSocket-Protocol}. Empty elements
     * are skipped, as a recipient must; repeated ones are kept.
     *
     * @param values the values of all field lines of one name, in order, as {@link HttpHeaders#all(String)}
     * gives them
     * @return the tokens in order, as written; unmodifiable
     * @throws HttpException with status 400 if an element is not a token
     */
    public static List<String> tokens(List<String> values) throws HttpException {
        List<String> tokens = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",")) {
                String token = HttpSyntax.trim(element);
                if (token.isEmpty()) {
                    continue;
                }
                if (!HttpSyntax.isToken(token)) {
                    throw HttpException.badRequest("malformed list of tokens in a header field");
                }
                tokens.add(token);
            }
        }
        return List.copyOf(tokens);
    }
}
