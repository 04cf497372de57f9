package io.duplex.transport;

import java.nio.channels.UnresolvedAddressException;

/** Writes the cause of a failure, for the end of a message. Some exceptions of the JDK have no message. */
public final class CauseText {
    /** The message of {@code java.net.ServerSocket}. */
    private static final String UNRESOLVED = "Unresolved address";

    private CauseText() {}

    /**
     * Returns the message of a failure.
     *
     * @param cause the failure
     * @return its message, or its class if it has none; never null
     */
    public static String of(Throwable cause) {
        String message = cause.getMessage();
        if (cause instanceof UnresolvedAddressException || UNRESOLVED.equals(message)) {
            return "the host name is not known";
        }
        return message == null ? cause.toString() : message;
    }
}
