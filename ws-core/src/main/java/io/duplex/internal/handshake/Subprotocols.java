package io.duplex.internal.handshake;

import io.duplex.http.HttpException;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpSyntax;
import io.duplex.http.Masked;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * Names of subprotocols: tokens, compared with case, none twice in a list (RFC 6455 section 4.1, item 10).
 */
public final class Subprotocols {
    private Subprotocols() {}

    /**
     * Reads what a client offers.
     *
     * @param values the values of all {@code Sec-WebSocket-Protocol} fields, in order
     * @return the names in the client's order of preference; empty if there is no field; unmodifiable
     * @throws HttpException with status 400 if a name is not a token, one is listed twice, or a field is
     * there and lists none
     */
    public static List<String> parse(List<String> values) throws HttpException {
        List<String> names = read(values);
        if (names.isEmpty() && !values.isEmpty()) {
            throw malformed("lists no subprotocol");
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw malformed("lists a subprotocol twice");
        }
        return names;
    }

    /**
     * Checks the names that an application gives.
     *
     * @param names in the order of preference
     * @return an unmodifiable copy
     * @throws IllegalArgumentException if a name is not a token or is there twice; the message names it
     */
    public static List<String> require(List<String> names) {
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            // A token of an authorisation, perhaps: it is not repeated.
            if (!HttpSyntax.isToken(Objects.requireNonNull(name, "subprotocol"))) {
                throw new IllegalArgumentException("The subprotocol \"" + Masked.subprotocol(name)
                        + "\" is not a token: letters, digits and !#$%&'*+-.^_`|~ only, and at least one");
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "The subprotocol " + Masked.subprotocol(name) + " is given twice");
            }
        }
        return List.copyOf(names);
    }

    private static List<String> read(List<String> values) throws HttpException {
        try {
            return HttpSyntax.tokens(values);
        } catch (HttpException notTokens) {
            throw malformed("lists something that is not a token");
        }
    }

    private static HttpException malformed(String fault) {
        return new HttpException(HttpStatus.BAD_REQUEST, HandshakeFields.PROTOCOL + " " + fault);
    }
}
