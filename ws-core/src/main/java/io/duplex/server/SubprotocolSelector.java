package io.duplex.server;

import io.duplex.http.RequestHead;
import io.duplex.internal.handshake.Subprotocols;
import java.util.List;
import java.util.Optional;

/**
 * Chooses one of the subprotocols that a client offers (RFC 6455 section 1.9). Called on the connection's
 * thread; must not block.
 */
@FunctionalInterface
public interface SubprotocolSelector {
    /**
     * Chooses.
     *
     * @param offered tokens in the client's order of preference, none twice; empty if the client offers none
     * @param request the client's handshake
     * @return one of the offered; empty to continue without a subprotocol, which a client may accept or not
     */
    Optional<String> select(List<String> offered, RequestHead request);

    /**
     * Returns a selector of the first of these that is offered: the server's preference applies, not the
     * client's.
     *
     * @param mine tokens, compared with case
     * @return the selector
     * @throws IllegalArgumentException if one is not a token or is there twice; the message names it
     */
    static SubprotocolSelector preferring(String... mine) {
        List<String> preferred = Subprotocols.require(List.of(mine));
        return (offered, request) -> preferred.stream().filter(offered::contains).findFirst();
    }

    /**
     * Returns a selector that never chooses one.
     *
     * @return the selector
     */
    static SubprotocolSelector none() {
        return (offered, request) -> Optional.empty();
    }
}
