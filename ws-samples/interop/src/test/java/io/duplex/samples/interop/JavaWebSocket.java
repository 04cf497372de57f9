package io.duplex.samples.interop;

import java.util.ArrayList;
import java.util.List;
import org.java_websocket.extensions.IExtension;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;

/** The common part of the client and the server of Java-WebSocket. */
final class JavaWebSocket {
    private JavaWebSocket() {}

    /** The library's extensions; its lists have to be mutable. */
    static List<IExtension> extensions(Compression compression) {
        List<IExtension> extensions = new ArrayList<>();
        if (compression != Compression.OFF) {
            PerMessageDeflateExtension deflate = new PerMessageDeflateExtension();
            // It says both in each handshake, whatever is set, and keeps its word only if both are set.
            deflate.setServerNoContextTakeover(true);
            deflate.setClientNoContextTakeover(true);
            // It asks the threshold for each fragment, where only the first can say that a message is
            // compressed.
            deflate.setThreshold(0);
            extensions.add(deflate);
        }
        return extensions;
    }
}
