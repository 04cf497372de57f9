package io.duplex.transport;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * The values of a kind of socket option: their type and range, how a command line writes them, and how the
 * kernel does. Immutable.
 *
 * @param <T>     the type of the values in {@link SocketOptions}
 * @param type    the same
 * @param example how a value is written
 * @param range   which values there are, for people
 * @param min     the least of them, as a number
 * @param max     the greatest of them, as a number
 * @param parser  reads a value from stripped lower-case text; on failure it throws
 *                {@link IllegalArgumentException}, {@link ArithmeticException} or {@link DateTimeException}
 * @param writer  writes a value of any range so that {@code parser} can read it
 * @param number  the value as a number; a value that has none is out of range
 * @param value   the inverse of {@code number}
 */
record OptionFormat<T>(Class<T> type, String example, String range, long min, long max,
        Function<String, T> parser, Function<T, String> writer, ToLongFunction<T> number,
        LongFunction<T> value) {
    private static final int MAX_OCTET = 255;
    private static final int MAX_LINGER_SECONDS = 65_535;
    private static final int NANOS_PER_MILLI = 1_000_000;

    static final OptionFormat<Boolean> ON_OFF = new OptionFormat<>(Boolean.class, "on or off", "on, off",
            0, 1, OptionFormat::parseOnOff, on -> on ? "on" : "off", on -> on ? 1 : 0, n -> n != 0);

    static final OptionFormat<Integer> COUNT = numbers("a number such as 8", 1, Integer.MAX_VALUE,
            Integer::decode, Object::toString, n -> (int) n);

    /** An unsigned byte. The kernel may return it with a sign. */
    static final OptionFormat<Integer> OCTET = numbers("a number such as 16 or 0x10", 0, MAX_OCTET,
            Integer::decode, n -> String.format(Locale.ROOT, "0x%02x", n), n -> (int) n & MAX_OCTET);

    static final OptionFormat<Duration> SECONDS = seconds(1, Integer.MAX_VALUE);

    /** Zero is a value of SO_LINGER; the kernel returns a negative number for "off". */
    static final OptionFormat<Duration> LINGER_SECONDS = seconds(0, MAX_LINGER_SECONDS);

    /** Any positive time, for our own deadlines. */
    static final OptionFormat<Duration> TIME = new OptionFormat<>(Duration.class,
            "a time such as 500ms, 30s or 5m", "more than 0", 1, Long.MAX_VALUE, OptionFormat::parseTime,
            OptionFormat::writeTime, Durations::nanos, Duration::ofNanos);

    static OptionFormat<Integer> bytes(int min, int max) {
        return numbers("a size such as 65536, 64k or 1m", min, max, OptionFormat::parseSize,
                Object::toString, n -> (int) n);
    }

    private static OptionFormat<Integer> numbers(String example, int min, int max,
            Function<String, Integer> parser, Function<Integer, String> writer, LongFunction<Integer> value) {
        return new OptionFormat<>(Integer.class, example, range(min, max), min, max, parser, writer,
                Integer::longValue, value);
    }

    /** The kernel has no fractions of a second, so they are out of range. */
    private static OptionFormat<Duration> seconds(int min, int max) {
        return new OptionFormat<>(Duration.class, "whole seconds such as 30, 30s or 2m",
                range(min, max) + " s, whole ones", min, max, OptionFormat::parseSeconds,
                time -> time.getNano() == 0 ? time.toSeconds() + "s" : Durations.text(time),
                time -> time.getNano() == 0 ? time.getSeconds() : Long.MIN_VALUE, Duration::ofSeconds);
    }

    private static String range(int min, int max) {
        return String.format(Locale.ROOT, "%,d to %,d", min, max);
    }

    T parse(String name, String text) {
        try {
            return parser.apply(text.strip().toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IllegalArgumentException(name + "=" + text + ": needs " + example + ", " + range, e);
        }
    }

    void check(String name, T checked) {
        if (!isInRange(Objects.requireNonNull(checked, name))) {
            throw new IllegalArgumentException(name + " must be " + range + ": " + writer.apply(checked));
        }
    }

    private boolean isInRange(T checked) {
        long n = number.applyAsLong(checked);
        return n >= min && n <= max;
    }

    /** The value as {@code java.net.SocketOption} has it: a Boolean or an Integer. */
    Object toKernel(T set) {
        return type == Boolean.class ? set : (Object) (int) number.applyAsLong(set);
    }

    /** The inverse of {@link #toKernel}; empty if the kernel's value stands for "off". */
    Optional<T> fromKernel(Object raw) {
        long n = raw instanceof Boolean on ? ON_OFF.number.applyAsLong(on) : (Integer) raw;
        return Optional.of(value.apply(n)).filter(this::isInRange);
    }

    private static boolean parseOnOff(String text) {
        return switch (text) {
            case "on", "true", "yes", "1" -> true;
            case "off", "false", "no", "0" -> false;
            default -> throw new IllegalArgumentException("neither on nor off");
        };
    }

    private static int parseSize(String text) {
        int shift = text.endsWith("k") ? 10 : text.endsWith("m") ? 20 : 0;
        return Math.toIntExact(Math.multiplyExact(number(text, shift == 0 ? 0 : 1), 1L << shift));
    }

    private static Duration parseSeconds(String text) {
        return text.endsWith("m")
                ? Duration.ofMinutes(number(text, 1))
                : Duration.ofSeconds(number(text, text.endsWith("s") ? 1 : 0));
    }

    private static Duration parseTime(String text) {
        if (text.startsWith("pt")) {
            return Duration.parse(text);
        }
        return text.endsWith("ms") ? Duration.ofMillis(number(text, 2)) : parseSeconds(text);
    }

    private static String writeTime(Duration time) {
        if (time.getNano() == 0) {
            return time.toSeconds() + "s";
        }
        boolean inMillis = time.getNano() % NANOS_PER_MILLI == 0 && Durations.nanos(time) < Long.MAX_VALUE;
        return inMillis ? time.toMillis() + "ms" : time.toString();
    }

    /** The number before a unit of so many letters. */
    private static long number(String text, int unitLength) {
        return Long.parseLong(text.substring(0, text.length() - unitLength));
    }
}
