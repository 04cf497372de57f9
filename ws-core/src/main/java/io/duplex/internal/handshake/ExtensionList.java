package io.duplex.internal.handshake;

import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.ExtensionProvider;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Lists of extensions: as an application gives them, and as a header field has them. */
public final class ExtensionList {
    private ExtensionList() {}

    /**
     * Checks what an application gives: two extensions of one name could not be told apart.
     *
     * @param extensions in the order of preference
     * @return an unmodifiable copy
     * @throws IllegalArgumentException if two have the same name; the message has it
     */
    public static List<ExtensionProvider> require(List<ExtensionProvider> extensions) {
        HashSet<String> names = new HashSet<>();
        for (ExtensionProvider extension : extensions) {
            if (!names.add(extension.name())) {
                throw new IllegalArgumentException("The extension " + extension.name() + " is given twice");
            }
        }
        return List.copyOf(extensions);
    }

    /** The value of one {@code Sec-WebSocket-Extensions} field. */
    static String format(List<ExtensionHeader> elements) {
        return elements.stream().map(ExtensionHeader::format).collect(Collectors.joining(", "));
    }
}
