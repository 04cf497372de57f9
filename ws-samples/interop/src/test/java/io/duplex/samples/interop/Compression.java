package io.duplex.samples.interop;

import io.duplex.extension.ExtensionProvider;
import io.duplex.extension.PerMessageDeflate;
import java.util.List;

/** The permessage-deflate options (RFC 7692) of Duplex's endpoint of a connection. */
enum Compression {
    /** It does not know the extension. */
    OFF,
    /** Each message begins with an empty window: the default. */
    FRESH_WINDOWS,
    /** With context takeover between messages, if the peer agrees. */
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
