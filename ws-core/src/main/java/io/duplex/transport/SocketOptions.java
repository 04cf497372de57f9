package io.duplex.transport;

import static io.duplex.transport.SocketRole.ACCEPTED;
import static io.duplex.transport.SocketRole.CONNECTING;
import static io.duplex.transport.SocketRole.LISTENING;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Socket options with their values, for the sockets of a server or a client. Each option is a typed key:
 *
 * {@snippet :
 * SocketOptions options = SocketOptions.of(SocketOptions.SO_KEEPALIVE, true)
 *         .with(SocketOptions.TCP_KEEPIDLE, Duration.ofMinutes(2))
 *         .with("IP_TOS=0x28");
 * }
 *
 * <p><b>Unset options</b> keep Duplex's default if there is one (SO_REUSEADDR, TCP_NODELAY, SO_RCVLOWAT, the
 * backlog), or the kernel's. <b>Options that are set are applied or refused:</b> if a transport, a platform
 * or a kind of socket cannot, an {@link UnsupportedOptionException} is thrown when the server or client is
 * made. A value out of its range is refused at once, by an {@link IllegalArgumentException} with the name and
 * the range.
 *
 * <p><b>On which sockets?</b> A server sets on its listening socket what such a socket supports, before bind,
 * and everything else on each accepted socket. A client sets everything before it connects.
 *
 * <p><b>In the kernel or here?</b> Most options are those of socket(7), tcp(7) and ip(7), as far as the JDK
 * knows them. SO_RCVTIMEO, SO_SNDTIMEO, SO_RCVLOWAT and SO_SNDLOWAT are emulated, as deadlines and water
 * marks of each connection: Duplex does the reading and writing, so the kernel's would not do what their
 * names promise.
 *
 * <p><b>Read back:</b> {@code WebSocketServer.socketOptions()} and {@code WebSocket.socketOptions()} return
 * what is in force, as the same type. docs/socket-options.md has the whole classic list and what each
 * transport supports. Immutable.
 */
public final class SocketOptions {
    /** The backlog of a listening socket: a burst that the kernel's usual cap of 4096 allows. */
    public static final int DEFAULT_BACKLOG = 1024;

    private static final List<SocketOption<?>> ALL = new ArrayList<>();

    private static final Set<SocketRole> ANY = Set.of(LISTENING, ACCEPTED, CONNECTING);
    /** Accepted sockets have these from the listening one, and binding is over. */
    private static final Set<SocketRole> BOUND = Set.of(LISTENING, CONNECTING);
    private static final Set<SocketRole> CONNECTIONS = Set.of(ACCEPTED, CONNECTING);

    private static final String UNSET = "leave it unset";
    private static final String PINGS = UNSET
            + ", and use the pings of WebSocket (Timeouts.withKeepAlive)";
    private static final String SIZE = UNSET + ", or choose a size that the system allows";

    /**
     * Binds a port although connections of an earlier listener are still in TIME_WAIT. Default: on for
     * listening sockets.
     */
    public static final SocketOption<Boolean> SO_REUSEADDR = option("SO_REUSEADDR", "SO_REUSEADDR",
            OptionFormat.ON_OFF, BOUND, Map.of(LISTENING, true), UNSET);

    /**
     * Several listening sockets share one port, and the kernel distributes connections among them. All of
     * them must have it on.
     */
    public static final SocketOption<Boolean> SO_REUSEPORT = option("SO_REUSEPORT", "SO_REUSEPORT",
            OptionFormat.ON_OFF, BOUND, UNSET + ", and let one listener have the port");

    /**
     * TCP probes a silent peer. WebSocket pings do so too, and also find a peer whose process hangs; see
     * {@code Timeouts}.
     */
    public static final SocketOption<Boolean> SO_KEEPALIVE = option("SO_KEEPALIVE", "SO_KEEPALIVE",
            OptionFormat.ON_OFF, ANY, PINGS);

    /**
     * The silence before the first probe of {@link #SO_KEEPALIVE}, in whole seconds, at least 1. Linux allows
     * at most 32,767 s; its default is 2 hours.
     */
    public static final SocketOption<Duration> TCP_KEEPIDLE = option("TCP_KEEPIDLE", "TCP_KEEPIDLE",
            OptionFormat.SECONDS, ANY, PINGS);

    /** The time between two probes, in whole seconds, at least 1. Linux allows at most 32,767 s. */
    public static final SocketOption<Duration> TCP_KEEPINTVL = option("TCP_KEEPINTVL", "TCP_KEEPINTERVAL",
            OptionFormat.SECONDS, ANY, PINGS);

    /** The unanswered probes after which the connection is broken, at least 1. Linux allows at most 127. */
    public static final SocketOption<Integer> TCP_KEEPCNT = option("TCP_KEEPCNT", "TCP_KEEPCOUNT",
            OptionFormat.COUNT, ANY, PINGS);

    /**
     * Whole seconds, 0 to 65,535. A positive time: closing the descriptor waits at most that long, until the
     * peer's TCP has acknowledged everything. <b>Zero discards unsent data and resets the connection at every
     * close.</b> The closing handshake needs neither.
     */
    public static final SocketOption<Duration> SO_LINGER = option("SO_LINGER", "SO_LINGER",
            OptionFormat.LINGER_SECONDS, ANY, UNSET + ": closeAndWait tells when the peer has it all");

    /**
     * The size of the kernel's receive buffer in bytes, at least 1; it limits the TCP window. The kernel
     * rounds and caps it, and stops tuning it.
     */
    public static final SocketOption<Integer> SO_RCVBUF = option("SO_RCVBUF", "SO_RCVBUF",
            OptionFormat.bytes(1, Integer.MAX_VALUE), ANY, SIZE);

    /**
     * The size of the kernel's buffer for unacknowledged data in bytes, at least 1. The kernel rounds and
     * caps it, and stops tuning it.
     */
    public static final SocketOption<Integer> SO_SNDBUF = option("SO_SNDBUF", "SO_SNDBUF",
            OptionFormat.bytes(1, Integer.MAX_VALUE), ANY, SIZE);

    /**
     * The idle timeout of connections, positive: a connection without a byte from the peer for that long is
     * closed with 1001. Overrides {@code Timeouts.idle}.
     */
    public static final SocketOption<Duration> SO_RCVTIMEO =
            option("SO_RCVTIMEO", "", OptionFormat.TIME, CONNECTIONS, UNSET);

    /**
     * The send timeout, positive: a write that the socket does not accept for that long resets the
     * connection. Overrides {@code Timeouts.send}.
     */
    public static final SocketOption<Duration> SO_SNDTIMEO =
            option("SO_SNDTIMEO", "", OptionFormat.TIME, CONNECTIONS, UNSET);

    /**
     * The low-water mark of the queue of received messages in blocking style, 1 byte to 1 GiB: reading pauses
     * above twice the mark (at least 64 KiB), and resumes below the mark. Default: 32 KiB. Callbacks have no
     * such queue.
     */
    public static final SocketOption<Integer> SO_RCVLOWAT =
            option("SO_RCVLOWAT", "", OptionFormat.bytes(1, 1 << 30), CONNECTIONS, UNSET);

    /**
     * The low-water mark of the send queue in bytes: after {@code send} has returned
     * {@code ABOVE_HIGH_WATER}, {@code onDrained} is called when at most this much is queued. Limited to the
     * queue's high-water mark.
     * Overrides {@code SendQueueOptions.lowWaterBytes}.
     */
    public static final SocketOption<Integer> SO_SNDLOWAT =
            option("SO_SNDLOWAT", "", OptionFormat.bytes(0, Integer.MAX_VALUE), CONNECTIONS, UNSET);

    /** A byte sent as urgent data is received in the stream. If it is off, Java drops such bytes. */
    public static final SocketOption<Boolean> SO_OOBINLINE = option("SO_OOBINLINE", "SO_OOBINLINE",
            OptionFormat.ON_OFF, ANY, UNSET + ": WebSocket has no urgent data");

    /** Small segments are sent at once, without Nagle's algorithm. Default: on. */
    public static final SocketOption<Boolean> TCP_NODELAY = option("TCP_NODELAY", "TCP_NODELAY",
            OptionFormat.ON_OFF, ANY, Map.of(LISTENING, true, ACCEPTED, true, CONNECTING, true), UNSET);

    /**
     * Received data is acknowledged at once. Linux only. Linux leaves this mode on its own, so Duplex sets it
     * again after each read, which costs a system call.
     */
    public static final SocketOption<Boolean> TCP_QUICKACK = option("TCP_QUICKACK", "TCP_QUICKACK",
            OptionFormat.ON_OFF, CONNECTIONS, // listen(2) resets it
            UNSET + ": TCP_NODELAY at the sender does most of the same");

    /** The type-of-service octet (DSCP and ECN) of sent packets, 0 to 255; a hint. */
    public static final SocketOption<Integer> IP_TOS = option("IP_TOS", "IP_TOS", OptionFormat.OCTET, ANY,
            UNSET);

    /**
     * The maximum number of connections that wait to be accepted, at least 1; the kernel caps it. It is the
     * argument of listen(2), for listening sockets only. Default: {@value #DEFAULT_BACKLOG}.
     */
    public static final SocketOption<Integer> BACKLOG =
            option("BACKLOG", "", OptionFormat.COUNT, Set.of(LISTENING), UNSET);

    /** Nothing set: Duplex's defaults, and the kernel's for the rest. */
    public static final SocketOptions DEFAULT = new SocketOptions(Map.of());

    private final Map<SocketOption<?>, Object> values;

    private SocketOptions(Map<SocketOption<?>, Object> values) {
        this.values = values;
    }

    private static <T> SocketOption<T> option(String name, String javaName, OptionFormat<T> format,
            Set<SocketRole> roles, String instead) {
        return option(name, javaName, format, roles, Map.of(), instead);
    }

    private static <T> SocketOption<T> option(String name, String javaName, OptionFormat<T> format,
            Set<SocketRole> roles, Map<SocketRole, T> defaults, String instead) {
        SocketOption<T> option = new SocketOption<>(name, javaName, format, roles, defaults, instead);
        ALL.add(option);
        return option;
    }

    /**
     * Returns all options that there are.
     *
     * @return the constants of this class, in their order
     */
    public static List<SocketOption<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    /**
     * Finds an option by its classic name.
     *
     * @param name for instance {@code SO_KEEPALIVE}, in upper or lower case
     * @return the option
     * @throws IllegalArgumentException if there is none; the message lists all names
     */
    public static SocketOption<?> named(String name) {
        return ALL.stream()
                .filter(option -> option.name().equals(name.strip().toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no socket option " + name + "; there are "
                        + ALL.stream().map(SocketOption::name).collect(Collectors.joining(" "))));
    }

    /**
     * Options with one value set.
     *
     * @param <T>    the type of the value
     * @param option the option
     * @param value  its value
     * @return the options
     * @throws IllegalArgumentException if the value is out of its range
     */
    public static <T> SocketOptions of(SocketOption<T> option, T value) {
        return DEFAULT.with(option, value);
    }

    /**
     * Options from text, as on a command line.
     *
     * @param assignments each as {@link #with(String)} takes it; the last one of a name counts
     * @return the options
     * @throws IllegalArgumentException if there is no such option, or no such value for it
     */
    public static SocketOptions of(String... assignments) {
        SocketOptions options = DEFAULT;
        for (String assignment : assignments) {
            options = options.with(assignment);
        }
        return options;
    }

    /**
     * The same with another value of an option.
     *
     * @param <T>    the type of the value
     * @param option the option
     * @param value  its value
     * @return a copy
     * @throws IllegalArgumentException if the value is out of its range; the message has the name and range
     */
    public <T> SocketOptions with(SocketOption<T> option, T value) {
        option.check(value);
        Map<SocketOption<?>, Object> copy = new HashMap<>(values);
        copy.put(option, value);
        return new SocketOptions(Map.copyOf(copy));
    }

    /**
     * The same with another value of an option, from text.
     *
     * @param assignment {@code NAME=VALUE}, for instance {@code SO_RCVBUF=64k}; {@link SocketOption#example}
     *                   says how values are written
     * @return a copy
     * @throws IllegalArgumentException if there is no such option, or no such value for it; the message says
     *                                  what is expected
     */
    public SocketOptions with(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    assignment + ": needs NAME=VALUE, such as SO_KEEPALIVE=on");
        }
        return withText(named(assignment.substring(0, equals)), assignment.substring(equals + 1));
    }

    private <T> SocketOptions withText(SocketOption<T> option, String text) {
        return with(option, option.parse(text));
    }

    /**
     * Returns the value of an option.
     *
     * @param <T>    the type of the value
     * @param option the option
     * @return its value; empty if it is not set
     */
    public <T> Optional<T> get(SocketOption<T> option) {
        return Optional.ofNullable(option.type().cast(values.get(option)));
    }

    /**
     * Returns what is set, by classic names, as {@link #of(String...)} takes each.
     *
     * @return for instance {@code SO_KEEPALIVE=on SO_RCVBUF=65536}; empty if nothing is set
     */
    public String describe() {
        return ALL.stream()
                .flatMap(option -> option.valueIn(this).map(value -> option + "=" + value).stream())
                .collect(Collectors.joining(" "));
    }

    /** Compares the values that are set. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SocketOptions options && values.equals(options.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** As {@link #describe}, in brackets. */
    @Override
    public String toString() {
        return "SocketOptions[" + describe() + "]";
    }
}
