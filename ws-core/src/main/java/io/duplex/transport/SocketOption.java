package io.duplex.transport;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A socket option as a typed key. The constants are in {@link SocketOptions}; there are no others. Immutable,
 * and compared by identity.
 *
 * @param <T> the type of its values
 */
public final class SocketOption<T> {
    private final String name;
    /** Its name in {@code java.net}; empty if the kernel does not implement it. */
    private final String javaName;
    private final OptionFormat<T> format;
    private final Set<SocketRole> roles;
    private final Map<SocketRole, T> defaults;
    private final String instead;

    /**
     * An option.
     *
     * @param name     its classic name
     * @param javaName its name in {@code java.net}; empty if it is not set by setsockopt(2)
     * @param format   its values
     * @param roles    the sockets it concerns
     * @param defaults what is set where the application sets nothing; the kernel's default otherwise
     * @param instead  what to do where it cannot be set
     */
    SocketOption(String name, String javaName, OptionFormat<T> format, Set<SocketRole> roles,
            Map<SocketRole, T> defaults, String instead) {
        this.name = name;
        this.javaName = javaName;
        this.format = format;
        this.roles = roles;
        this.defaults = defaults;
        this.instead = instead;
    }

    /**
     * Returns the classic name.
     *
     * @return for instance {@code SO_KEEPALIVE}
     */
    public String name() {
        return name;
    }

    /**
     * Returns the type of the values.
     *
     * @return {@code Boolean}, {@code Integer} or {@code Duration}
     */
    public Class<T> type() {
        return format.type();
    }

    /**
     * Says how a value is written.
     *
     * @return for instance {@code on or off}
     */
    public String example() {
        return format.example();
    }

    /**
     * Says which values are allowed.
     *
     * @return for instance {@code 0 to 255}
     */
    public String range() {
        return format.range();
    }

    /**
     * Says whether the kernel implements it. The others are the deadlines and water marks of Duplex, and the
     * backlog.
     *
     * @return true if it is set by setsockopt(2)
     */
    public boolean isKernelOption() {
        return !javaName.isEmpty();
    }

    /**
     * Returns the value in a set of options, as {@link SocketOptions#with(String)} takes it.
     *
     * @param options the options
     * @return for instance {@code on}, {@code 65536}, {@code 30s}, {@code 0x10}; empty if it is not set
     */
    public Optional<String> valueIn(SocketOptions options) {
        return options.get(this).map(format.writer());
    }

    /** Returns the classic name. */
    @Override
    public String toString() {
        return name;
    }

    boolean concerns(SocketRole role) {
        return roles.contains(role);
    }

    String javaName() {
        return javaName;
    }

    String instead() {
        return instead;
    }

    T parse(String text) {
        return format.parse(name, text);
    }

    void check(T value) {
        format.check(name, value);
    }

    /** The value that is set on such a socket; empty if the kernel's default stays. */
    Optional<Object> kernelValue(SocketOptions wanted, SocketRole role) {
        return wanted.get(this).or(() -> Optional.ofNullable(defaults.get(role))).map(format::toKernel);
    }

    /** Adds the value that the kernel returned. */
    SocketOptions addKernelValue(SocketOptions to, Object raw) {
        return format.fromKernel(Objects.requireNonNull(raw)).map(value -> to.with(this, value)).orElse(to);
    }
}
