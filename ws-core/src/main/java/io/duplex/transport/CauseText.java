package io.duplex.transport;

import java.nio.channels.UnresolvedAddressException;

/** Writes why something failed, as the end of a message. Some exceptions of the JDK have no message. */
public final class CauseText {
    /** As {@code java.net.ServerSocket} says it. */
    private static final String UNRESOLVED = "Unresolved address";

    private CauseText() {}

    /**
     * Returns the message of a failure.
     *
     * @param cause what happened
     * @return its message, or its class where there is none; never null
     */
    public static String of(Throwable cause) {
        String message = cause.getMessage();
        if (cause instanceof UnresolvedAddressException || UNRESOLVED.equals(message)) {
            return "the host name is not known";
        }
        return message == null ? cause.toString() : message;
    }
}
