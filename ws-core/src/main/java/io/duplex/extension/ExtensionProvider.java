package io.duplex.extension;

import java.util.List;
import java.util.Optional;

/**
 * An extension as an application configures it: immutable, for any number of connections, in either role. It
 * negotiates, and makes one {@link Extension} for each connection that agreed on it. All methods may be
 * called from any thread.
 */
public interface ExtensionProvider {
    /**
     * Returns the name under which the extension is registered (RFC 6455 section 11.4).
     *
     * @return a token
     */
    String name();

    /**
     * Server: accepts or declines one offer. Called for each offer of this name, in the client's order, until
     * one is accepted. An offer that cannot be met, or has wrong parameters, is declined; the handshake does
     * not fail (RFC 6455 section 9.1).
     *
     * @param offer an element of the client's request, of this provider's name
     * @return the response and the connection's instance; empty to decline
     */
    Optional<Negotiated> accept(ExtensionHeader offer);

    /**
     * Client: returns the offers of the request, in the order of preference.
     *
     * @return at least one element, each of this provider's name
     */
    List<ExtensionHeader> offers();

    /**
     * Client: accepts the server's response to the offers.
     *
     * @param response the element of the response that has this provider's name
     * @return the connection's instance, which the caller must close
     * @throws ExtensionException if the response is not a legal answer to any of the {@link #offers}
     */
    Extension agree(ExtensionHeader response) throws ExtensionException;
}
