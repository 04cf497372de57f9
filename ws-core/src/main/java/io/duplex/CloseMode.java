package io.duplex;

import io.duplex.transport.Durations;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to close a connection from this application, which determines what the end proves. {@link
 * ConnectionOptions#closeMode} sets it for a connection, {@link WebSocket#close(int, String, CloseMode)} for
 * one call. In no mode {@code close} waits; {@link WebSocket#closeFuture} completes when the connection is
 * over, and {@link CloseInfo#outcome} reports the result.
 *
 * <p>A peer that closes first is answered in every mode; then the connection is closed at once with {@link
 * #BACKGROUND} and {@link #linger linger}, and otherwise as with {@link #HALF_CLOSE}. A connection that fails
 * always ends as with {@code HALF_CLOSE}, so that the peer can read the reason.
 */
public sealed interface CloseMode {
    /**
     * Sends the Close frame after all messages, then calls close(2), without waiting for the peer: the kernel
     * continues to send. Proves nothing. If there is unread input, the kernel sends a reset instead (RFC 1122
     * section 4.2.2.13), which may destroy data that the peer has not read.
     */
    CloseMode BACKGROUND = Untimed.BACKGROUND;

    /**
     * Resets at once (RST), as {@link WebSocket#abort}: nothing more is sent, and pending output is
     * discarded. Proves nothing, on purpose.
     */
    CloseMode RESET = Untimed.RESET;

    /**
     * The default. Exchanges Close frames; the server half-closes (FIN) and reads until the client's FIN, the
     * client waits for the server's (RFC 6455 section 7.1.1); all within {@link Timeouts#close}. Proves that
     * the peer has read to the end.
     */
    CloseMode HALF_CLOSE = Untimed.HALF_CLOSE;

    /**
     * As {@link #HALF_CLOSE}, after a barrier: a ping follows all messages, and the Close frame is sent when
     * its pong has arrived (RFC 6455 section 5.5.3). Proves that the peer's WebSocket implementation has
     * processed every message, also if both endpoints close at once.
     */
    CloseMode ACKNOWLEDGED = Untimed.ACKNOWLEDGED;

    /**
     * As {@link #BACKGROUND}, but the close lingers (SO_LINGER, socket(7)): it ends when the peer's TCP has
     * acknowledged data and FIN, or when the time is over. The outcome says which; the peer's application may
     * still not have read anything. The time starts when the operating system has all data, so it is added to
     * the time until then, which the close deadline limits.
     *
     * @param time more than 0; the operating system counts whole seconds, so it is rounded up
     * @return the mode
     * @throws IllegalArgumentException if the time is not positive or more than {@link Linger#MAX_SECONDS}
     * seconds
     */
    static CloseMode linger(Duration time) {
        return new Linger(time);
    }

    /** The modes without a time. */
    enum Untimed implements CloseMode {
        /** {@link CloseMode#BACKGROUND}. */
        BACKGROUND,
        /** {@link CloseMode#RESET}. */
        RESET,
        /** {@link CloseMode#HALF_CLOSE}. */
        HALF_CLOSE,
        /** {@link CloseMode#ACKNOWLEDGED}. */
        ACKNOWLEDGED;

        /** The text for {@link CloseMode#parse}: {@code half-close}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The mode with a time; see {@link CloseMode#linger}.
     *
     * @param time the maximum time that the close lingers
     */
    record Linger(Duration time) implements CloseMode {
        /** The longest time that Java's sockets accept. */
        public static final int MAX_SECONDS = 65_535;

        private static final Pattern SHORT_TIME = Pattern.compile("(\\d{1,9})(ms|s|m)");

        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if the time is not positive or too long
         */
        public Linger {
            Objects.requireNonNull(time, "time");
            if (!time.isPositive() || time.compareTo(Duration.ofSeconds(MAX_SECONDS)) > 0) {
                throw new IllegalArgumentException(
                        "linger takes more than 0 and at most " + MAX_SECONDS + " s, not "
                                + Durations.text(time));
            }
        }

        /** The text for {@link CloseMode#parse}: {@code linger:5s}. */
        @Override
        public String toString() {
            if (time.getNano() == 0) {
                return "linger:" + time.toSeconds() + "s";
            }
            return time.getNano() % 1_000_000 == 0 ? "linger:" + time.toMillis() + "ms" : "linger:" + time;
        }
    }

    /**
     * Parses a mode, such as an option of a command line: the inverse of {@code toString}.
     *
     * @param text {@code background}, {@code reset}, {@code half-close}, {@code acknowledged}, or
     *             {@code linger:} with a time such as {@code 5s}, {@code 500ms}, {@code 2m} or
     *             {@code PT0.5S}; in any case
     * @return the mode
     * @throws IllegalArgumentException if it is none of these; the message names them
     */
    static CloseMode parse(String text) {
        for (Untimed mode : Untimed.values()) {
            if (mode.toString().equalsIgnoreCase(text)) {
                return mode;
            }
        }
        if (text.regionMatches(true, 0, "linger:", 0, 7)) {
            return linger(time(text.substring(7)));
        }
        throw new IllegalArgumentException("\"" + text
                + "\" is no close mode: background, reset, half-close, acknowledged, linger:5s");
    }

    private static Duration time(String text) {
        Matcher matcher = Linger.SHORT_TIME.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                default -> Duration.ofMinutes(count);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no time: 5s, 500ms, 2m", e);
        }
    }
}
