package io.duplex.transport;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The socket options that {@link SocketOptions} has, under their classic names, to be set and shown by those names, as on a
 * command line. What each one means is said at its component; docs/socket-options.md has the whole classic list.
 */
public enum SocketOption {
    /** {@link SocketOptions#reuseAddress}. */
    SO_REUSEADDR("SO_REUSEADDR", Doer.KERNEL, OptionForm.onOff(), SocketOptions::reuseAddress,
            SocketOptions.Builder::reuseAddress),
    /** {@link SocketOptions#reusePort}. */
    SO_REUSEPORT("SO_REUSEPORT", Doer.KERNEL, OptionForm.onOff(), SocketOptions::reusePort,
            SocketOptions.Builder::reusePort),
    /** {@link SocketOptions#keepAlive}. */
    SO_KEEPALIVE("SO_KEEPALIVE", Doer.KERNEL, OptionForm.onOff(), SocketOptions::keepAlive,
            SocketOptions.Builder::keepAlive),
    /** {@link SocketOptions#keepIdle}. */
    TCP_KEEPIDLE("TCP_KEEPIDLE", Doer.KERNEL, OptionForm.seconds(), SocketOptions::keepIdle,
            SocketOptions.Builder::keepIdle),
    /** {@link SocketOptions#keepInterval}. */
    TCP_KEEPINTVL("TCP_KEEPINTERVAL", Doer.KERNEL, OptionForm.seconds(), SocketOptions::keepInterval,
            SocketOptions.Builder::keepInterval),
    /** {@link SocketOptions#keepCount}. */
    TCP_KEEPCNT("TCP_KEEPCOUNT", Doer.KERNEL, OptionForm.count(), SocketOptions::keepCount,
            SocketOptions.Builder::keepCount),
    /** {@link SocketOptions#linger}. */
    SO_LINGER("SO_LINGER", Doer.KERNEL, OptionForm.lingerSeconds(), SocketOptions::linger,
            SocketOptions.Builder::linger),
    /** {@link SocketOptions#receiveBufferBytes}. */
    SO_RCVBUF("SO_RCVBUF", Doer.KERNEL, OptionForm.bytes(1, Integer.MAX_VALUE),
            SocketOptions::receiveBufferBytes, SocketOptions.Builder::receiveBufferBytes),
    /** {@link SocketOptions#sendBufferBytes}. */
    SO_SNDBUF("SO_SNDBUF", Doer.KERNEL, OptionForm.bytes(1, Integer.MAX_VALUE),
            SocketOptions::sendBufferBytes, SocketOptions.Builder::sendBufferBytes),
    /** {@link SocketOptions#receiveTimeout}. */
    SO_RCVTIMEO("", Doer.DUPLEX, OptionForm.time(), SocketOptions::receiveTimeout,
            SocketOptions.Builder::receiveTimeout),
    /** {@link SocketOptions#sendTimeout}. */
    SO_SNDTIMEO("", Doer.DUPLEX, OptionForm.time(), SocketOptions::sendTimeout,
            SocketOptions.Builder::sendTimeout),
    /** {@link SocketOptions#receiveLowWaterBytes}. */
    SO_RCVLOWAT("", Doer.DUPLEX, OptionForm.bytes(1, 1 << 30), SocketOptions::receiveLowWaterBytes,
            SocketOptions.Builder::receiveLowWaterBytes),
    /** {@link SocketOptions#sendLowWaterBytes}. */
    SO_SNDLOWAT("", Doer.DUPLEX, OptionForm.bytes(0, Integer.MAX_VALUE), SocketOptions::sendLowWaterBytes,
            SocketOptions.Builder::sendLowWaterBytes),
    /** {@link SocketOptions#oobInline}. */
    SO_OOBINLINE("SO_OOBINLINE", Doer.KERNEL, OptionForm.onOff(), SocketOptions::oobInline,
            SocketOptions.Builder::oobInline),
    /** {@link SocketOptions#noDelay}. */
    TCP_NODELAY("TCP_NODELAY", Doer.KERNEL, OptionForm.onOff(), SocketOptions::noDelay,
            SocketOptions.Builder::noDelay),
    /** {@link SocketOptions#quickAck}. */
    TCP_QUICKACK("TCP_QUICKACK", Doer.KERNEL, OptionForm.onOff(), SocketOptions::quickAck,
            SocketOptions.Builder::quickAck),
    /** {@link SocketOptions#trafficClass}. */
    IP_TOS("IP_TOS", Doer.KERNEL, OptionForm.octet(), SocketOptions::trafficClass,
            SocketOptions.Builder::trafficClass),
    /** {@link SocketOptions#backlog}; no option of the kernel but the argument of listen(2). */
    BACKLOG("", Doer.LISTEN, OptionForm.count(), SocketOptions::backlog, SocketOptions.Builder::backlog);

    /** Who does what an option asks for. */
    enum Doer {
        /** The kernel, told by setsockopt(2). */
        KERNEL,
        /** Deadlines and queues of ours. */
        DUPLEX,
        /** The kernel, told by listen(2). */
        LISTEN
    }

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

    private final String javaName;
    private final Doer doer;
    private final Component<?> component;

    <T> SocketOption(String javaName, Doer doer, OptionForm<T> form,
            Function<SocketOptions, Optional<T>> get,
            BiFunction<SocketOptions.Builder, T, SocketOptions.Builder> set) {
        this.javaName = javaName;
        this.doer = doer;
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
     * Whether it is set on the socket itself; the others are deadlines and water marks of Duplex, and the backlog.
     *
     * @return true if it goes to the kernel by setsockopt(2)
     */
    public boolean isKernelOption() {
        return doer == Doer.KERNEL;
    }

    /** Whether it says how a socket is bound, so that an accepted one has it from the listening one. */
    boolean isForBinding() {
        return this == SO_REUSEADDR || this == SO_REUSEPORT;
    }

    Doer doer() {
        return doer;
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
