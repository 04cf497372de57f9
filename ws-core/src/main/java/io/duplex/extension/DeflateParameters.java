package io.duplex.extension;

import io.duplex.extension.ExtensionHeader.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The four parameters of permessage-deflate in one offer or response (RFC 7692 section 7.1). Their syntax is
 * checked here, not whether they fit the local options.
 *
 * @param serverNoContextTakeover whether {@code server_no_context_takeover} is there
 * @param clientNoContextTakeover whether {@code client_no_context_takeover} is there
 * @param serverMaxWindowBits the value of {@code server_max_window_bits}, 8 to 15, if it is there
 * @param clientMaxWindowBits the value of {@code client_max_window_bits}, 8 to 15, if it is there
 */
record DeflateParameters(boolean serverNoContextTakeover, boolean clientNoContextTakeover,
        OptionalInt serverMaxWindowBits, OptionalInt clientMaxWindowBits) {
    static final String EXTENSION_NAME = "permessage-deflate";
    static final int MIN_WINDOW_BITS = 8;
    static final int MAX_WINDOW_BITS = 15;

    static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

    /**
     * An offer may name {@code client_max_window_bits} without a value, which bounds nothing (section
     * 7.1.2.2).
     */
    static DeflateParameters ofOffer(ExtensionHeader offer) throws ExtensionException {
        return read(offer, OptionalInt.of(MAX_WINDOW_BITS));
    }

    static DeflateParameters ofResponse(ExtensionHeader response) throws ExtensionException {
        return read(response, OptionalInt.empty());
    }

    private static DeflateParameters read(ExtensionHeader header, OptionalInt clientBitsWithoutValue)
            throws ExtensionException {
        DeflateParameters read = new DeflateParameters(false, false, OptionalInt.empty(),
                OptionalInt.empty());
        Set<String> seen = new HashSet<>();
        for (Parameter parameter : header.parameters()) {
            if (!seen.add(parameter.name())) {
                throw illegal(parameter, "comes twice");
            }
            read = read.with(parameter, clientBitsWithoutValue);
        }
        return read;
    }

    private DeflateParameters with(Parameter parameter, OptionalInt clientBitsWithoutValue)
            throws ExtensionException {
        return switch (parameter.name()) {
            case SERVER_NO_CONTEXT_TAKEOVER -> new DeflateParameters(present(parameter),
                    clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits);
            case CLIENT_NO_CONTEXT_TAKEOVER -> new DeflateParameters(serverNoContextTakeover,
                    present(parameter), serverMaxWindowBits, clientMaxWindowBits);
            case SERVER_MAX_WINDOW_BITS -> new DeflateParameters(serverNoContextTakeover,
                    clientNoContextTakeover, bits(parameter, OptionalInt.empty()), clientMaxWindowBits);
            case CLIENT_MAX_WINDOW_BITS -> new DeflateParameters(serverNoContextTakeover,
                    clientNoContextTakeover, serverMaxWindowBits, bits(parameter, clientBitsWithoutValue));
            default -> throw illegal(parameter, "is unknown");
        };
    }

    private static boolean present(Parameter parameter) throws ExtensionException {
        if (parameter.value().isPresent()) {
            throw illegal(parameter, "has a value, but takes none");
        }
        return true;
    }

    /** The value is compared as text: neither a sign nor a leading zero is allowed (section 7.1.2). */
    private static OptionalInt bits(Parameter parameter, OptionalInt withoutValue) throws ExtensionException {
        if (parameter.value().isEmpty()) {
            if (withoutValue.isEmpty()) {
                throw illegal(parameter, "has no value, but needs one");
            }
            return withoutValue;
        }
        for (int bits = MIN_WINDOW_BITS; bits <= MAX_WINDOW_BITS; bits++) {
            if (parameter.value().get().equals(Integer.toString(bits))) {
                return OptionalInt.of(bits);
            }
        }
        throw illegal(parameter, "has a value other than 8 to 15");
    }

    private static ExtensionException illegal(Parameter parameter, String fault) {
        return new ExtensionException(EXTENSION_NAME + ": parameter " + parameter.name() + " " + fault);
    }

    /** The header element with these parameters, each with its value. */
    ExtensionHeader toHeader() {
        List<Parameter> parameters = new ArrayList<>();
        if (serverNoContextTakeover) {
            parameters.add(Parameter.of(SERVER_NO_CONTEXT_TAKEOVER));
        }
        if (clientNoContextTakeover) {
            parameters.add(Parameter.of(CLIENT_NO_CONTEXT_TAKEOVER));
        }
        serverMaxWindowBits.ifPresent(
                bits -> parameters.add(Parameter.of(SERVER_MAX_WINDOW_BITS, Integer.toString(bits))));
        clientMaxWindowBits.ifPresent(
                bits -> parameters.add(Parameter.of(CLIENT_MAX_WINDOW_BITS, Integer.toString(bits))));
        return new ExtensionHeader(EXTENSION_NAME, parameters);
    }
}
