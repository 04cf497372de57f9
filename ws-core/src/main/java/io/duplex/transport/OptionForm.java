package io.duplex.transport;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What the values of a kind of socket option are: how a person writes them, how the kernel does, in which
 * range. Immutable.
 *
 * @param <T> the type of the values in {@link SocketOptions}
 */
abstract class OptionForm<T> {
    private static final int MAX_OCTET = 255;
    private static final int MAX_LINGER_SECONDS = 65_535;
    private static final int NANOS_A_MILLI = 1_000_000;

    private final String example;
    private final long min;
    private final long max;

    private OptionForm(String example, long min, long max) {
        this.example = example;
        this.min = min;
        this.max = max;
    }

    /** On or off. */
    static OptionForm<Boolean> onOff() {
        return new OnOff();
    }

    /** A count from 1 on. */
    static OptionForm<Integer> count() {
        return new Number("a number such as 8", 1, Integer.MAX_VALUE);
    }

    /** A byte without sign. */
    static OptionForm<Integer> octet() {
        return new Octet();
    }

    /** A size in bytes. */
    static OptionForm<Integer> bytes(int min, int max) {
        return new Bytes(min, max);
    }

    /** Whole seconds from 1 on. */
    static OptionForm<Duration> seconds() {
        return new Seconds(1, Integer.MAX_VALUE);
    }

    /**
     * Whole seconds as SO_LINGER has them: 0 is one of them, and the kernel tells "off" by a negative number.
     */
    static OptionForm<Duration> lingerSeconds() {
        return new Seconds(0, MAX_LINGER_SECONDS);
    }

    /** Any positive time, for our deadlines. */
    static OptionForm<Duration> time() {
        return new Time();
    }

    abstract T parse(String text);

    abstract String format(T value);

    /** The value as a number, for its range. */
    abstract long number(T value);

    /** The value as {@code java.net.SocketOption} wants it. */
    Object toKernel(T value) {
        return (int) number(value);
    }

    abstract Optional<T> fromKernel(Object value);

    /** Reads a value; the failure says what was expected. */
    final T parse(String name, String text) {
        try {
            return parse(text.strip().toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    name + "=" + text + ": needs " + example + ", " + range(), e);
        }
    }

    final void check(String name, T value) {
        long number;
        try {
            number = number(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(name + " must be " + range() + ": " + shown(value), e);
        }
        if (number < min || number > max) {
            throw new IllegalArgumentException(name + " must be " + range() + ": " + format(value));
        }
    }

    private static String shown(Object value) {
        return value instanceof Duration time ? DurationText.of(time) : String.valueOf(value);
    }

    /** How values are written. */
    final String example() {
        return example;
    }

    String range() {
        return String.format(Locale.ROOT, "%,d to %,d", min, max);
    }

    /** A number with a unit behind it; without one it counts in the smallest. */
    private static long withUnit(String text, String unit, long factor) {
        return Math.multiplyExact(Long.parseLong(text.substring(0, text.length() - unit.length())), factor);
    }

    private static final class OnOff extends OptionForm<Boolean> {
        OnOff() {
            super("on or off", 0, 1);
        }

        @Override
        Boolean parse(String text) {
            return switch (text) {
                case "on", "true", "yes", "1" -> true;
                case "off", "false", "no", "0" -> false;
                default -> throw new IllegalArgumentException("neither on nor off");
            };
        }

        @Override
        String format(Boolean value) {
            return value ? "on" : "off";
        }

        @Override
        long number(Boolean value) {
            return value ? 1 : 0;
        }

        @Override
        Object toKernel(Boolean value) {
            return value;
        }

        @Override
        Optional<Boolean> fromKernel(Object value) {
            return Optional.of((Boolean) value);
        }

        @Override
        String range() {
            return "on, off";
        }
    }

    private static class Number extends OptionForm<Integer> {
        Number(String example, long min, long max) {
            super(example, min, max);
        }

        @Override
        Integer parse(String text) {
            return Integer.decode(text);
        }

        @Override
        String format(Integer value) {
            return value.toString();
        }

        @Override
        long number(Integer value) {
            return value;
        }

        @Override
        Optional<Integer> fromKernel(Object value) {
            return Optional.of((Integer) value);
        }
    }

    private static final class Octet extends Number {
        Octet() {
            super("a number such as 16 or 0x10", 0, MAX_OCTET);
        }

        @Override
        String format(Integer value) {
            return String.format(Locale.ROOT, "0x%02x", value);
        }

        @Override
        Optional<Integer> fromKernel(Object value) {
            return Optional.of((Integer) value & MAX_OCTET);
        }
    }

    private static final class Bytes extends Number {
        private static final int KIB = 1 << 10;
        private static final int MIB = 1 << 20;

        Bytes(int min, int max) {
            super("a size such as 65536, 64k or 1m", min, max);
        }

        @Override
        Integer parse(String text) {
            if (text.endsWith("k")) {
                return Math.toIntExact(withUnit(text, "k", KIB));
            }
            return text.endsWith("m")
                    ? Math.toIntExact(withUnit(text, "m", MIB))
                    : Integer.parseInt(text);
        }
    }

    private static final class Seconds extends OptionForm<Duration> {
        Seconds(long min, long max) {
            super("whole seconds such as 30, 30s or 2m", min, max);
        }

        @Override
        Duration parse(String text) {
            if (text.endsWith("m")) {
                return Duration.ofMinutes(withUnit(text, "m", 1));
            }
            return Duration.ofSeconds(withUnit(text, text.endsWith("s") ? "s" : "", 1));
        }

        @Override
        String format(Duration value) {
            return value.toSeconds() + "s";
        }

        /** A part of a second is out of every range: the kernel has no place for it. */
        @Override
        long number(Duration value) {
            if (value.getNano() != 0) {
                throw new IllegalArgumentException("not whole seconds");
            }
            return value.getSeconds();
        }

        @Override
        Optional<Duration> fromKernel(Object value) {
            int seconds = (Integer) value;
            return seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
        }

        @Override
        String range() {
            return super.range() + " s, whole ones";
        }
    }

    private static final class Time extends OptionForm<Duration> {
        Time() {
            super("a time such as 500ms, 30s or 5m", 1, Long.MAX_VALUE);
        }

        @Override
        Duration parse(String text) {
            if (text.startsWith("pt")) {
                return Duration.parse(text);
            }
            if (text.endsWith("ms")) {
                return Duration.ofMillis(withUnit(text, "ms", 1));
            }
            if (text.endsWith("m")) {
                return Duration.ofMinutes(withUnit(text, "m", 1));
            }
            return Duration.ofSeconds(withUnit(text, text.endsWith("s") ? "s" : "", 1));
        }

        @Override
        String format(Duration value) {
            if (value.getNano() == 0) {
                return value.toSeconds() + "s";
            }
            boolean inMillis =
                    value.getNano() % NANOS_A_MILLI == 0 && Durations.nanos(value) < Long.MAX_VALUE;
            return inMillis ? value.toMillis() + "ms" : value.toString();
        }

        @Override
        long number(Duration value) {
            return Durations.nanos(value);
        }

        @Override
        Object toKernel(Duration value) {
            throw new IllegalStateException("no option of the kernel");
        }

        @Override
        Optional<Duration> fromKernel(Object value) {
            throw new IllegalStateException("no option of the kernel");
        }

        @Override
        String range() {
            return "more than 0";
        }
    }
}
