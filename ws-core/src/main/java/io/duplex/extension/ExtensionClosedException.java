package io.duplex.extension;

/** An extension cannot transform a message, because it is closed: its connection has ended meanwhile. */
public final class ExtensionClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** For an {@link Extension} whose {@link Extension#close} was called. */
    public ExtensionClosedException() {
        super("the extension is closed");
    }
}
