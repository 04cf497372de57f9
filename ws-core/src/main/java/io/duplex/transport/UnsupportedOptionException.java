package io.duplex.transport;

import java.util.Objects;

/**
 * A {@link SocketOption} was asked for that this transport, this operating system or this kind of socket does
 * not have, or a value that the kernel refuses. It is thrown when a server or client is made, before there is
 * any connection: an option is never ignored silently. The message names the option, the transport, and what
 * to do instead.
 */
public final class UnsupportedOptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The option that cannot be set. */
    private final SocketOption option;
    /** The name of the transport that cannot set it. */
    private final String transport;

    /**
     * A refusal.
     *
     * @param option    what was asked for
     * @param transport the {@linkplain Transport#name name} of the transport
     * @param why       why not, and what to do instead
     */
    public UnsupportedOptionException(SocketOption option, String transport, String why) {
        super("socket option " + option + " on transport " + transport + ": " + why);
        this.option = Objects.requireNonNull(option, "option");
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    /**
     * The option that cannot be set.
     *
     * @return its classic name
     */
    public SocketOption option() {
        return option;
    }

    /**
     * The transport that cannot set it.
     *
     * @return its name, such as {@code nio}
     */
    public String transport() {
        return transport;
    }
}
