package io.duplex.extension;

import java.util.Objects;

/**
 * A server's yes to an offered extension.
 *
 * @param response what the server's response says about it
 * @param extension the connection's instance, which the holder of this record must close
 */
public record Negotiated(ExtensionHeader response, Extension extension) {
    /** Both parts are there. */
    public Negotiated {
        Objects.requireNonNull(response, "response");
        Objects.requireNonNull(extension, "extension");
    }
}
