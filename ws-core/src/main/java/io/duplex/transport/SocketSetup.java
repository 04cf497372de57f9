package io.duplex.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is set on each socket of one kind: worked out from {@link SocketOptions} once, when a listener or
 * connector is made, and tried on a specimen then, so that what cannot be is refused at the start and not at
 * the first connection. Each transport sets its options through this class. Immutable and thread-safe.
 *
 * <p>It knows no option by its type: what a socket calls {@linkplain KernelSocket#supported supported}
 * decides. So it fits every platform, and sockets of other families (Unix domain sockets have three options):
 * a default that a socket does not know is left out, a wish is refused.
 */
public final class SocketSetup {
    /** One option to set. */
    private record Step<T>(SocketOption name, java.net.SocketOption<T> option, T value, boolean wish) {
        static <T> Step<T> of(SocketOption name, java.net.SocketOption<T> option, Object value,
                boolean wish) {
            return new Step<>(name, option, option.type().cast(value), wish);
        }

        void apply(KernelSocket socket) throws IOException {
            socket.set(option, value);
        }
    }

    private final String transport;
    private final SocketOptions wanted;
    private final List<Step<?>> steps;
    /** Which the kernel changes by itself. */
    private final Optional<Step<?>> volatileStep;
    private final boolean setsAfterReads;

    private SocketSetup(String transport, SocketOptions wanted, SocketRole role, KernelSocket specimen) {
        this.transport = transport;
        this.wanted = wanted;
        this.steps = steps(wanted, role, specimen);
        this.volatileStep = steps.stream()
                .filter(step -> step.name() == SocketOption.TCP_QUICKACK)
                .findFirst();
        this.setsAfterReads = wanted.quickAck().orElse(false);
    }

    /**
     * What is to be set on the sockets that a listener accepts.
     *
     * @param transport the transport's name, for messages
     * @param wanted    the wishes
     * @param specimen  an open socket of the same kind and family as those that will be accepted
     * @return the setup
     * @throws UnsupportedOptionException if the kernel refuses a value. What such a socket does not know at
     *                                    all is refused by {@link #listening}, if a listening one does not
     *                                    know it either
     */
    public static SocketSetup accepted(String transport, SocketOptions wanted, KernelSocket specimen) {
        SocketSetup setup = new SocketSetup(transport, wanted, SocketRole.ACCEPTED, specimen);
        setup.tryOn(specimen);
        return setup;
    }

    /**
     * Sets what a listening socket has, which must not be bound yet.
     *
     * @param socket the listening socket
     * @throws UnsupportedOptionException if the kernel refuses a value, or if neither this socket nor an
     *                                    accepted one knows an option
     */
    public void listening(KernelSocket socket) {
        SocketSetup setup = new SocketSetup(transport, wanted, SocketRole.LISTENING, socket);
        Set<SocketOption> possible = names(setup.steps);
        possible.addAll(names(steps));
        setup.requireAll(possible, "neither listening nor accepted sockets know it on this platform");
        setup.tryOn(socket);
    }

    /**
     * What is to be set on sockets before they connect.
     *
     * @param transport the transport's name, for messages
     * @param wanted    the wishes
     * @param specimen  an open socket of the same kind as those that will connect
     * @return the setup
     * @throws UnsupportedOptionException if an option is not known there or makes no sense, or if the kernel
     * refuses a value
     */
    public static SocketSetup connecting(String transport, SocketOptions wanted, KernelSocket specimen) {
        if (wanted.backlog().isPresent()) {
            throw new UnsupportedOptionException(SocketOption.BACKLOG, transport,
                    "a connecting socket has no queue of connections; set it on the server");
        }
        SocketSetup setup = new SocketSetup(transport, wanted, SocketRole.CONNECTING, specimen);
        setup.requireAll(names(setup.steps), "connecting sockets do not know it on this platform");
        setup.tryOn(specimen);
        return setup;
    }

    /**
     * Sets the options.
     *
     * @param socket a socket of this setup's kind; one of another family may lack options
     * @throws IOException                if the kernel refuses, as it may when the peer has gone already
     * @throws UnsupportedOptionException if a wish is not known to this socket
     */
    public void apply(KernelSocket socket) throws IOException {
        for (Step<?> step : steps) {
            try {
                step.apply(socket);
            } catch (UnsupportedOperationException e) {
                if (step.wish()) {
                    throw refusal(step.name(), "this socket does not know it", e);
                }
            }
        }
    }

    /**
     * To be called when a connecting socket is connected: sets again what connecting has changed
     * (TCP_QUICKACK), if it is wanted.
     *
     * @param socket a connected socket
     */
    public void connected(KernelSocket socket) {
        volatileStep.ifPresent(step -> applyIfAlive(step, socket));
    }

    /**
     * Whether {@link #afterRead} does anything.
     *
     * @return true if something is to be set again after each read
     */
    public boolean setsAfterReads() {
        return setsAfterReads;
    }

    /**
     * To be called after each read, if {@link #setsAfterReads}: sets again what the kernel does not keep
     * (TCP_QUICKACK).
     *
     * @param socket a connected socket
     */
    public void afterRead(KernelSocket socket) {
        if (setsAfterReads) {
            volatileStep.ifPresent(step -> applyIfAlive(step, socket));
        }
    }

    private static void applyIfAlive(Step<?> step, KernelSocket socket) {
        try {
            step.apply(socket);
        } catch (IOException e) {
            // The connection has broken, as the next read will tell; acknowledging is a hint in any case.
            return;
        }
    }

    /**
     * How long closing such a socket may hold up the thread that does it, because it lingers.
     *
     * @return the time of SO_LINGER if it is on and positive
     */
    public Optional<Duration> lingerTime() {
        return wanted.linger().filter(Duration::isPositive);
    }

    /**
     * The length of the queue of a listening socket.
     *
     * @return what was asked for, or the default
     */
    public int backlog() {
        return wanted.backlog().orElse(SocketOptions.DEFAULT_BACKLOG);
    }

    /**
     * Reads back what the kernel has.
     *
     * @param socket any socket
     * @return every option that this socket knows; the others, and those that Duplex does itself, are empty
     * @throws IllegalStateException if the socket is closed
     */
    public static SocketOptions effective(KernelSocket socket) {
        SocketOptions.Builder options = SocketOptions.builder();
        Map<String, java.net.SocketOption<?>> known = known(socket);
        for (SocketOption option : SocketOption.values()) {
            java.net.SocketOption<?> inJava = known.get(option.javaName());
            if (inJava != null) {
                read(socket, inJava).ifPresent(value -> option.setFromKernel(options, value));
            }
        }
        if (!socket.isOpen()) {
            throw new IllegalStateException("the socket is closed: its options are gone");
        }
        return options.build();
    }

    /** A broken connection has lost some of its options on some platforms: these are left out. */
    private static Optional<Object> read(KernelSocket socket, java.net.SocketOption<?> option) {
        try {
            return Optional.ofNullable(socket.get(option));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Which options sockets of a kind take, those that Duplex does itself among them.
     *
     * @param role     the kind
     * @param specimen a socket of that kind
     * @return the options
     */
    public static Set<SocketOption> supported(SocketRole role, KernelSocket specimen) {
        Set<String> known = known(specimen).keySet();
        Set<SocketOption> options = EnumSet.noneOf(SocketOption.class);
        for (SocketOption option : SocketOption.values()) {
            boolean takes = !option.isKernelOption() || known.contains(option.javaName());
            if (takes && option.concerns(role)) {
                options.add(option);
            }
        }
        return options;
    }

    private static Map<String, java.net.SocketOption<?>> known(KernelSocket socket) {
        return socket.supported()
                .stream()
                .collect(Collectors.toMap(java.net.SocketOption::name, Function.identity()));
    }

    private static List<Step<?>> steps(SocketOptions wanted, SocketRole role, KernelSocket specimen) {
        SocketOptions all = withDefaults(wanted, role);
        Map<String, java.net.SocketOption<?>> known = known(specimen);
        List<Step<?>> steps = new ArrayList<>();
        for (SocketOption option : supported(role, specimen)) {
            if (option.isKernelOption()) {
                boolean wish = option.valueIn(wanted).isPresent();
                option.kernelValueIn(all)
                        .ifPresent(value -> steps
                                .add(Step.of(option, known.get(option.javaName()), value, wish)));
            }
        }
        return List.copyOf(steps);
    }

    private static SocketOptions withDefaults(SocketOptions wanted, SocketRole role) {
        SocketOptions.Builder all = wanted.toBuilder();
        if (role == SocketRole.LISTENING && wanted.reuseAddress().isEmpty()) {
            all.reuseAddress(true);
        }
        return wanted.noDelay().isEmpty() ? all.noDelay(true).build() : all.build();
    }

    private static Set<SocketOption> names(List<Step<?>> steps) {
        Set<SocketOption> names = EnumSet.noneOf(SocketOption.class);
        steps.forEach(step -> names.add(step.name()));
        return names;
    }

    private void requireAll(Set<SocketOption> possible, String why) {
        for (SocketOption option : SocketOption.values()) {
            if (option.isKernelOption() && option.valueIn(wanted).isPresent() && !possible.contains(option)) {
                throw refusal(option, why, null);
            }
        }
    }

    private void tryOn(KernelSocket socket) {
        for (Step<?> step : steps) {
            try {
                step.apply(socket);
            } catch (IOException | RuntimeException e) {
                String value = step.name().valueIn(wanted).orElse("the default");
                throw refusal(step.name(), "the kernel refuses " + value + " (" + e.getMessage() + ")", e);
            }
        }
    }

    private UnsupportedOptionException refusal(SocketOption option, String why, Exception cause) {
        UnsupportedOptionException refusal = new UnsupportedOptionException(option, transport,
                why + "; " + instead(option));
        refusal.initCause(cause);
        return refusal;
    }

    private static String instead(SocketOption option) {
        return switch (option) {
            case SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT ->
                "leave it unset, and use the pings of WebSocket (Timeouts.withKeepAlive)";
            case SO_REUSEPORT -> "leave it unset, and let one listener have the port";
            case SO_LINGER -> "leave it unset: closeAndWait tells when the peer has it all";
            case TCP_QUICKACK -> "leave it unset: TCP_NODELAY at the sender does most of the same";
            case SO_OOBINLINE -> "leave it unset: WebSocket has no urgent data";
            case SO_RCVBUF, SO_SNDBUF -> "leave it unset, or choose a size that the system allows";
            default -> "leave it unset";
        };
    }
}
