package io.duplex.transport;

import java.util.Objects;

/**
 * A {@link SocketOption} was set that this transport, this operating system or this kind of socket does not
 * support, or a value that the kernel refuses. Thrown when a server or client is made, before there is any
 * connection: an option is never ignored silently. The message names the option, the transport, and what to
 * do instead.
 */
public final class UnsupportedOptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The name of the option: options are not serializable. */
    private final String option;
    /** The name of the transport. */
    private final String transport;

    /**
     * A refusal.
     *
     * @param option    the option
     * @param transport the {@linkplain Transport#name name} of the transport
     * @param why       the reason, and what to do instead
     * @param cause     the kernel's or the JDK's failure; null if there is none
     */
    public UnsupportedOptionException(SocketOption<?> option, String transport, String why, Throwable cause) {
        super("socket option " + option + " on transport " + transport + ": " + why, cause);
        this.option = option.name();
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    /**
     * Returns the option that cannot be set.
     *
     * @return the constant of {@link SocketOptions}
     */
    public SocketOption<?> option() {
        return SocketOptions.named(option);
    }

    /**
     * Returns the transport that cannot set it.
     *
     * @return its name, such as {@code nio}
     */
    public String transport() {
        return transport;
    }
}
