package io.duplex.noninterference;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionException;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.internal.protocol.Role;
import java.util.List;

/**
 * The parameter sets of permessage-deflate that conversations agree on, and the providers that all of them
 * share, as the connections of a server do.
 */
public final class Compression {
    /**
     * One parameter set.
     *
     * @param provider      which of the providers
     * @param element       a client's offer to a server, or a server's response to a client
     * @param peerTakesOver whether the peer's compressor keeps its window from message to message
     */
    record Variant(int provider, String element, boolean peerTakesOver) {}

    /** Defaults; everything kept from message to message; small windows. */
    private static final List<PerMessageDeflate> PROVIDERS = List.of(PerMessageDeflate.create(),
            PerMessageDeflate.builder()
                    .serverNoContextTakeover(false)
                    .clientNoContextTakeover(false)
                    .thresholdBytes(0)
                    .level(1)
                    .build(),
            PerMessageDeflate.builder()
                    .serverNoContextTakeover(false)
                    .clientNoContextTakeover(false)
                    .serverMaxWindowBits(9)
                    .clientMaxWindowBits(10)
                    .thresholdBytes(64)
                    .build());

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NONE = "; server_no_context_takeover";
    private static final String CLIENT_NONE = "; client_no_context_takeover";
    private static final String SERVER_BITS = "; server_max_window_bits=";
    private static final String CLIENT_BITS = "; client_max_window_bits";

    private static final List<Variant> OFFERS = List.of(new Variant(0, NAME, false),
            new Variant(1, NAME, true),
            new Variant(1, NAME + CLIENT_NONE, false),
            new Variant(1, NAME + SERVER_NONE, true),
            new Variant(1, NAME + SERVER_BITS + 8, true),
            new Variant(1, NAME + SERVER_BITS + 12 + CLIENT_BITS + "=9", true),
            new Variant(2, NAME + CLIENT_BITS, true),
            new Variant(2, NAME + SERVER_NONE + CLIENT_NONE + SERVER_BITS + 15, false));

    private static final List<Variant> RESPONSES = List.of(
            new Variant(0, NAME + SERVER_NONE + CLIENT_NONE, false),
            new Variant(0, NAME + SERVER_NONE + CLIENT_NONE + CLIENT_BITS + "=8", false),
            new Variant(1, NAME, true),
            new Variant(1, NAME + SERVER_NONE, false),
            new Variant(1, NAME + CLIENT_NONE, true),
            new Variant(1, NAME + CLIENT_BITS + "=9", true),
            new Variant(2, NAME + SERVER_BITS + 9, true),
            new Variant(2, NAME + SERVER_BITS + 8 + SERVER_NONE, false));

    private Compression() {}

    static List<Variant> variants(Role role) {
        return role == Role.SERVER ? OFFERS : RESPONSES;
    }

    /**
     * One of the providers.
     *
     * @param index from 0
     * @return always the same
     */
    public static PerMessageDeflate provider(int index) {
        return PROVIDERS.get(index);
    }

    /**
     * How many providers there are.
     *
     * @return a count
     */
    public static int providers() {
        return PROVIDERS.size();
    }

    /** The instance of one connection. */
    static Extension agreed(Role role, int index) {
        Variant variant = variants(role).get(index);
        ExtensionHeader element = ExtensionHeader.parse(List.of(variant.element())).get(0);
        try {
            return role == Role.SERVER
                    ? provider(variant.provider()).accept(element).orElseThrow().extension()
                    : provider(variant.provider()).agree(element);
        } catch (ExtensionException e) {
            throw new AssertionError(e);
        }
    }
}
