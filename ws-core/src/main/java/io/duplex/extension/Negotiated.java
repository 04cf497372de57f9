package io.duplex.extension;

import java.util.Objects;

/**
 * An offered extension that a server has accepted.
 *
 * @param response its element of the server's response
 * @param extension the connection's instance, which the owner of this record must close
 */
public record Negotiated(ExtensionHeader response, Extension extension) {
    /** Checks that neither is null. */
    public Negotiated {
        Objects.requireNonNull(response, "response");
        Objects.requireNonNull(extension, "extension");
    }
}
