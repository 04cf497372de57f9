package io.duplex.samples.interop;

import io.duplex.extension.ExtensionProvider;
import io.duplex.extension.PerMessageDeflate;
import java.util.List;

/** What Duplex's end of a connection says about permessage-deflate (RFC 7692). */
enum Compression {
    /** It does not know the extension. */
    OFF,
    /** Each message begins with an empty window: the default. */
    FRESH_WINDOWS,
    /** The windows are taken over from message to message, as far as the peer goes along. */
    KEPT_WINDOWS;

    /** The extensions to offer or to accept. */
    List<ExtensionProvider> extensions() {
        return switch (this) {
            case OFF -> List.of();
            case FRESH_WINDOWS -> List.of(PerMessageDeflate.create());
            case KEPT_WINDOWS -> List.of(PerMessageDeflate.builder()
                    .serverNoContextTakeover(false)
                    .clientNoContextTakeover(false)
                    .build());
        };
    }
}
