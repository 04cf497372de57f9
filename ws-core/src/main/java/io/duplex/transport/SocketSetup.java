package io.duplex.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The options that are set on each socket of one kind. Worked out from {@link SocketOptions} once, when a
 * listener or connector is made, and tried on a specimen then: an option that cannot be set is refused at the
 * start and not at the first connection. Each transport sets its options through this class. Immutable and
 * thread-safe.
 *
 * <p>The options that a socket {@linkplain KernelSocket#supported supports} decide, so the class fits every
 * platform and every family of sockets (Unix domain sockets have three options): a default that a socket does
 * not support is left out, an option that the application set is refused.
 */
public final class SocketSetup {
    /** One option to set. */
    private record Step<T>(SocketOption<?> name, java.net.SocketOption<T> option, T value, boolean wanted) {
        static <T> Step<T> of(SocketOption<?> name, java.net.SocketOption<T> option, Object value,
                boolean wanted) {
            return new Step<>(name, option, option.type().cast(value), wanted);
        }

        void apply(KernelSocket socket) throws IOException {
            socket.set(option, value);
        }
    }

    private final String transport;
    private final SocketOptions wanted;
    private final List<Step<?>> steps;
    /** Those that the kernel reverts by itself. */
    private final List<Step<?>> reverted;
    private final boolean setsAfterReads;
    private final Optional<Duration> lingerTime;

    private SocketSetup(String transport, SocketOptions wanted, SocketRole role, KernelSocket specimen) {
        this.transport = transport;
        this.wanted = wanted;
        this.steps = steps(wanted, role, specimen);
        this.reverted =
                steps.stream().filter(step -> step.name() == SocketOptions.TCP_QUICKACK).toList();
        this.setsAfterReads = wanted.get(SocketOptions.TCP_QUICKACK).orElse(false);
        this.lingerTime = wanted.get(SocketOptions.SO_LINGER).filter(Duration::isPositive);
    }

    private static List<Step<?>> steps(SocketOptions wanted, SocketRole role, KernelSocket specimen) {
        Map<String, java.net.SocketOption<?>> known = known(specimen);
        List<Step<?>> steps = new ArrayList<>();
        for (SocketOption<?> option : supported(role, specimen)) {
            if (option.isKernelOption()) {
                option.kernelValue(wanted, role)
                        .ifPresent(value -> steps.add(Step.of(option, known.get(option.javaName()), value,
                                wanted.get(option).isPresent())));
            }
        }
        return List.copyOf(steps);
    }

    /**
     * Prepares the options of the sockets that a listener accepts.
     *
     * @param transport the transport's name, for messages
     * @param wanted    what the application has set
     * @param specimen  an open socket of the same kind and family as those that will be accepted
     * @return the setup
     * @throws UnsupportedOptionException if the kernel refuses a value. An option that such a socket does not
     *                                    support is refused by {@link #listening}, unless a listening one
     *                                    supports it
     */
    public static SocketSetup accepted(String transport, SocketOptions wanted, KernelSocket specimen) {
        SocketSetup setup = new SocketSetup(transport, wanted, SocketRole.ACCEPTED, specimen);
        setup.tryOn(specimen);
        return setup;
    }

    /**
     * Sets the options of a listening socket, which must not be bound yet.
     *
     * @param socket the listening socket
     * @throws UnsupportedOptionException if the kernel refuses a value, or if neither this socket nor an
     *                                    accepted one supports an option
     */
    public void listening(KernelSocket socket) {
        SocketSetup setup = new SocketSetup(transport, wanted, SocketRole.LISTENING, socket);
        List<Step<?>> possible = new ArrayList<>(setup.steps);
        possible.addAll(steps);
        requireAll(possible, "neither listening nor accepted sockets know it on this platform");
        setup.tryOn(socket);
    }

    /**
     * Prepares the options of sockets before they connect.
     *
     * @param transport the transport's name, for messages
     * @param wanted    what the application has set
     * @param specimen  an open socket of the same kind as those that will connect
     * @return the setup
     * @throws UnsupportedOptionException if an option is not supported there or makes no sense, or if the
     *                                    kernel refuses a value
     */
    public static SocketSetup connecting(String transport, SocketOptions wanted, KernelSocket specimen) {
        if (wanted.get(SocketOptions.BACKLOG).isPresent()) {
            throw new UnsupportedOptionException(SocketOptions.BACKLOG, transport,
                    "a connecting socket has no queue of connections; set it on the server", null);
        }
        SocketSetup setup = new SocketSetup(transport, wanted, SocketRole.CONNECTING, specimen);
        setup.requireAll(setup.steps, "connecting sockets do not know it on this platform");
        setup.tryOn(specimen);
        return setup;
    }

    private void requireAll(List<Step<?>> possible, String why) {
        Set<SocketOption<?>> names = possible.stream().map(Step::name).collect(Collectors.toSet());
        for (SocketOption<?> option : SocketOptions.all()) {
            if (option.isKernelOption() && wanted.get(option).isPresent() && !names.contains(option)) {
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

    private UnsupportedOptionException refusal(SocketOption<?> option, String why, Exception cause) {
        return new UnsupportedOptionException(option, transport, why + "; " + option.instead(), cause);
    }

    /**
     * Sets the options.
     *
     * @param socket a socket of this setup's kind; one of another family may lack options
     * @throws IOException                if the kernel refuses, for instance because the peer has gone
     * @throws UnsupportedOptionException if this socket does not support an option that the application set
     */
    public void apply(KernelSocket socket) throws IOException {
        for (Step<?> step : steps) {
            try {
                step.apply(socket);
            } catch (UnsupportedOperationException e) {
                if (step.wanted()) {
                    throw refusal(step.name(), "this socket does not know it", e);
                }
            }
        }
    }

    /**
     * Sets again what connecting has reverted (TCP_QUICKACK), if it is wanted. To be called when a connecting
     * socket is connected.
     *
     * @param socket a connected socket
     */
    public void connected(KernelSocket socket) {
        for (Step<?> step : reverted) {
            try {
                step.apply(socket);
            } catch (IOException e) {
                // The connection has broken, as the next read will show; TCP_QUICKACK is a hint in any case.
                return;
            }
        }
    }

    /**
     * Says whether {@link #afterRead} does anything.
     *
     * @return true if an option is to be set again after each read
     */
    public boolean setsAfterReads() {
        return setsAfterReads;
    }

    /**
     * Sets again what reading has reverted (TCP_QUICKACK). To be called after each read, if
     * {@link #setsAfterReads}.
     *
     * @param socket a connected socket
     */
    public void afterRead(KernelSocket socket) {
        if (setsAfterReads) {
            connected(socket);
        }
    }

    /**
     * Returns how long the close of such a socket may block its thread, because it lingers.
     *
     * @return the time of SO_LINGER if it is on and positive
     */
    public Optional<Duration> lingerTime() {
        return lingerTime;
    }

    /**
     * Returns the backlog of a listening socket.
     *
     * @return what the application has set, or the default
     */
    public int backlog() {
        return wanted.get(SocketOptions.BACKLOG).orElse(SocketOptions.DEFAULT_BACKLOG);
    }

    /**
     * Reads the options back from the kernel.
     *
     * @param socket any socket
     * @return every option that this socket supports and the kernel implements
     * @throws IllegalStateException if the socket is closed
     */
    public static SocketOptions effective(KernelSocket socket) {
        SocketOptions options = SocketOptions.DEFAULT;
        Map<String, java.net.SocketOption<?>> known = known(socket);
        for (SocketOption<?> option : SocketOptions.all()) {
            Optional<Object> value = Optional.ofNullable(known.get(option.javaName()))
                    .flatMap(inJava -> read(socket, inJava));
            options = value.isPresent() ? option.addKernelValue(options, value.get()) : options;
        }
        if (!socket.isOpen()) {
            throw new IllegalStateException("the socket is closed: its options are gone");
        }
        return options;
    }

    /** On some platforms a broken connection has lost some of its options: these are left out. */
    private static Optional<Object> read(KernelSocket socket, java.net.SocketOption<?> option) {
        try {
            return Optional.ofNullable(socket.get(option));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the options that sockets of a kind support, including those that Duplex emulates.
     *
     * @param role     the kind
     * @param specimen a socket of that kind
     * @return the options, in their usual order
     */
    public static Set<SocketOption<?>> supported(SocketRole role, KernelSocket specimen) {
        Set<String> known = known(specimen).keySet();
        return SocketOptions.all()
                .stream()
                .filter(option -> option.concerns(role))
                .filter(option -> !option.isKernelOption() || known.contains(option.javaName()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Map<String, java.net.SocketOption<?>> known(KernelSocket socket) {
        return socket.supported()
                .stream()
                .collect(Collectors.toMap(java.net.SocketOption::name, Function.identity()));
    }
}
