package io.duplex.transport;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The socket options that {@link SocketOptions} has, under their classic names, to be set and shown by those
 * names, as on a command line. What each one means is said at its component; docs/socket-options.md has the
 * whole classic list.
 */
public enum SocketOption {
    /** {@link SocketOptions#reuseAddress}. */
    SO_REUSEADDR("SO_REUSEADDR", OptionForm.onOff(), SocketOptions::reuseAddress,
            SocketOptions.Builder::reuseAddress),
    /** {@link SocketOptions#reusePort}. */
    SO_REUSEPORT("SO_REUSEPORT", OptionForm.onOff(), SocketOptions::reusePort,
            SocketOptions.Builder::reusePort),
    /** {@link SocketOptions#keepAlive}. */
    SO_KEEPALIVE("SO_KEEPALIVE", OptionForm.onOff(), SocketOptions::keepAlive,
            SocketOptions.Builder::keepAlive),
    /** {@link SocketOptions#keepIdle}. */
    TCP_KEEPIDLE("TCP_KEEPIDLE", OptionForm.seconds(), SocketOptions::keepIdle,
            SocketOptions.Builder::keepIdle),
    /** {@link SocketOptions#keepInterval}. */
    TCP_KEEPINTVL("TCP_KEEPINTERVAL", OptionForm.seconds(), SocketOptions::keepInterval,
            SocketOptions.Builder::keepInterval),
    /** {@link SocketOptions#keepCount}. */
    TCP_KEEPCNT("TCP_KEEPCOUNT", OptionForm.count(), SocketOptions::keepCount,
            SocketOptions.Builder::keepCount),
    /** {@link SocketOptions#linger}. */
    SO_LINGER("SO_LINGER", OptionForm.lingerSeconds(), SocketOptions::linger,
            SocketOptions.Builder::linger),
    /** {@link SocketOptions#receiveBufferBytes}. */
    SO_RCVBUF("SO_RCVBUF", OptionForm.bytes(1, Integer.MAX_VALUE),
            SocketOptions::receiveBufferBytes, SocketOptions.Builder::receiveBufferBytes),
    /** {@link SocketOptions#sendBufferBytes}. */
    SO_SNDBUF("SO_SNDBUF", OptionForm.bytes(1, Integer.MAX_VALUE),
            SocketOptions::sendBufferBytes, SocketOptions.Builder::sendBufferBytes),
    /** {@link SocketOptions#receiveTimeout}. */
    SO_RCVTIMEO("", OptionForm.time(), SocketOptions::receiveTimeout,
            SocketOptions.Builder::receiveTimeout),
    /** {@link SocketOptions#sendTimeout}. */
    SO_SNDTIMEO("", OptionForm.time(), SocketOptions::sendTimeout,
            SocketOptions.Builder::sendTimeout),
    /** {@link SocketOptions#receiveLowWaterBytes}. */
    SO_RCVLOWAT("", OptionForm.bytes(1, 1 << 30), SocketOptions::receiveLowWaterBytes,
            SocketOptions.Builder::receiveLowWaterBytes),
    /** {@link SocketOptions#sendLowWaterBytes}. */
    SO_SNDLOWAT("", OptionForm.bytes(0, Integer.MAX_VALUE), SocketOptions::sendLowWaterBytes,
            SocketOptions.Builder::sendLowWaterBytes),
    /** {@link SocketOptions#oobInline}. */
    SO_OOBINLINE("SO_OOBINLINE", OptionForm.onOff(), SocketOptions::oobInline,
            SocketOptions.Builder::oobInline),
    /** {@link SocketOptions#noDelay}. */
    TCP_NODELAY("TCP_NODELAY", OptionForm.onOff(), SocketOptions::noDelay,
            SocketOptions.Builder::noDelay),
    /** {@link SocketOptions#quickAck}. */
    TCP_QUICKACK("TCP_QUICKACK", OptionForm.onOff(), SocketOptions::quickAck,
            SocketOptions.Builder::quickAck),
    /** {@link SocketOptions#trafficClass}. */
    IP_TOS("IP_TOS", OptionForm.octet(), SocketOptions::trafficClass,
            SocketOptions.Builder::trafficClass),
    /** {@link SocketOptions#backlog}; no option of the kernel but the argument of listen(2). */
    BACKLOG("", OptionForm.count(), SocketOptions::backlog, SocketOptions.Builder::backlog);

    /** The component of {@link SocketOptions} that holds the value. */
    private record Component<T>(OptionForm<T> form, Function<SocketOptions, Optional<T>> get,
            BiFunction<SocketOptions.Builder, T, SocketOptions.Builder> set) {

        void parse(SocketOptions.Builder into, String name, String text) {
            T value = form.parse(name, text);
            form.check(name, value);
            set.apply(into, value);
        }

        Optional<String> format(SocketOptions options) {
            return get.apply(options).map(form::format);
        }

        Optional<Object> toKernel(SocketOptions options) {
            return get.apply(options).map(form::toKernel);
        }

        void fromKernel(SocketOptions.Builder into, Object value) {
            form.fromKernel(value).ifPresent(own -> set.apply(into, own));
        }
    }

    /** What {@code java.net} calls it; empty if no socket knows it. */
    private final String javaName;
    private final Component<?> component;

    <T> SocketOption(String javaName, OptionForm<T> form,
            Function<SocketOptions, Optional<T>> get,
            BiFunction<SocketOptions.Builder, T, SocketOptions.Builder> set) {
        this.javaName = javaName;
        this.component = new Component<>(form, get, set);
    }

    /**
     * The option of a classic name.
     *
     * @param name for instance {@code SO_KEEPALIVE}, in letters of any case
     * @return the option
     * @throws IllegalArgumentException if there is none; the message has all names
     */
    public static SocketOption named(String name) {
        return Arrays.stream(values())
                .filter(option -> option.name().equals(name.strip().toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no socket option " + name + "; there are " + Arrays.stream(values())
                                .map(Enum::name)
                                .collect(Collectors.joining(" "))));
    }

    /**
     * The value in the options, as {@link SocketOptions.Builder#set} takes it.
     *
     * @param options where to look
     * @return for instance {@code on}, {@code 65536}, {@code 30s}, {@code 0x10}; or empty if it is not set
     */
    public Optional<String> valueIn(SocketOptions options) {
        return component.format(options);
    }

    /**
     * How a value is written.
     *
     * @return for instance {@code on or off}
     */
    public String example() {
        return component.form().example();
    }

    /**
     * Which values there are.
     *
     * @return for instance {@code 0 to 255}
     */
    public String range() {
        return component.form().range();
    }

    /**
     * Whether it is set on the socket itself; the others are deadlines and water marks of Duplex, and the
     * backlog.
     *
     * @return true if it goes to the kernel by setsockopt(2)
     */
    public boolean isKernelOption() {
        return !javaName.isEmpty();
    }

    /**
     * Whether it means anything on such a socket, whatever the socket takes: how a socket is bound is settled
     * when it is accepted, and listen(2) resets how data is acknowledged.
     */
    boolean concerns(SocketRole role) {
        return switch (this) {
            case SO_REUSEADDR, SO_REUSEPORT -> role != SocketRole.ACCEPTED;
            case TCP_QUICKACK -> role != SocketRole.LISTENING;
            case BACKLOG -> role == SocketRole.LISTENING;
            case SO_RCVTIMEO, SO_SNDTIMEO, SO_RCVLOWAT, SO_SNDLOWAT -> role != SocketRole.LISTENING;
            default -> true;
        };
    }

    /** What {@code java.net} calls it. */
    String javaName() {
        return javaName;
    }

    void parse(SocketOptions.Builder into, String value) {
        component.parse(into, name(), value);
    }

    Optional<Object> kernelValueIn(SocketOptions options) {
        return component.toKernel(options);
    }

    void setFromKernel(SocketOptions.Builder into, Object value) {
        component.fromKernel(into, value);
    }

    /** Checks the range of what is set. */
    <T> void check(Optional<T> value) {
        // The constructor of the options passes what its own component has.
        @SuppressWarnings("unchecked")
        OptionForm<T> form = (OptionForm<T>) component.form();
        value.ifPresent(present -> form.check(name(), present));
    }
}
