package io.duplex.extension;

/** An extension cannot transform a message, because it is closed: its connection has ended. */
public final class ExtensionClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** Creates the exception of an {@link Extension} whose {@link Extension#close} was called. */
    public ExtensionClosedException() {
        super("the extension is closed");
    }
}
