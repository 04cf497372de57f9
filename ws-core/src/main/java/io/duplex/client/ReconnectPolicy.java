package io.duplex.client;

import io.duplex.CloseInfo;
import io.duplex.HandshakeException;
import io.duplex.ProxyException;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.transport.CauseText;
import io.duplex.transport.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Decides whether and when a client connects again after a connection ended or failed to open (RFC 6455
 * section 7.2.3). Arithmetic only: {@link WebSocketClient#reconnecting} keeps the time, counts the attempts,
 * and starts again with number 1 after a {@linkplain #held useful connection}. Immutable.
 *
 * @param initialDelay before the first attempt, without jitter; positive
 * @param maxDelay     the longest delay; not less than {@code initialDelay}, at most 365 days
 * @param multiplier   the growth from delay to delay; 1 or more
 * @param jitter       the fraction by which a delay is shortened at random at most, 0 to 1, so that clients
 *                     that lost their server together do not reconnect together
 * @param maxAttempts  the maximum number of attempts in a row; empty for no limit
 * @param resetAfter   how long a connection without messages must last so that the delays start again with
 *                     the first; positive
 * @param retryIf      whether to try again; must not block
 */
public record ReconnectPolicy(Duration initialDelay, Duration maxDelay, double multiplier, double jitter,
        OptionalInt maxAttempts, Duration resetAfter, Predicate<Context> retryIf) {
    /** Above {@link #DEFAULT}, whose constructor reads it. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /**
     * After {@link Context#promising()} ends: 0.5 s, doubled up to 30 s, shortened by up to a half, without
     * end; from the beginning after a connection that has lasted 30 s or received a message.
     */
    public static final ReconnectPolicy DEFAULT = new ReconnectPolicy(Duration.ofMillis(500),
            Duration.ofSeconds(30), 2, 0.5, OptionalInt.empty(), Duration.ofSeconds(30), Context::promising);

    /** A possible attempt to connect again, with its reason. */
    public sealed interface Context {
        /**
         * Returns the number of the attempt.
         *
         * @return 1 for the first since a connection has held
         */
        int number();

        /**
         * Returns the time without a useful connection.
         *
         * @return 0 or more
         */
        Duration elapsed();

        /**
         * Returns the reason of the attempt, for logs: how the connection ended, or why it failed to open.
         *
         * @return a phrase without credentials
         */
        String reason();

        /**
         * Returns whether another attempt may succeed.
         *
         * @return true after an end caused by the network or by the server's state; false after one that a
         *         second attempt would repeat, or that was intended
         */
        boolean promising();

        /**
         * After a connection that was open.
         *
         * @param number  which attempt it is
         * @param info    how the connection ended
         * @param elapsed since the last connection that held ended, or since the client began
         */
        record AfterClose(int number, CloseInfo info, Duration elapsed) implements Context {
            @Override
            public String reason() {
                return "the connection ended: " + info;
            }

            /**
             * False if this application closed. Otherwise the received code decides, or the sent one if none
             * arrived: 1001, 1011 to 1014 and an end without any code are promising; the others mean that the
             * conversation was finished, or that the endpoints are incompatible.
             */
            @Override
            public boolean promising() {
                if (info.initiator() == CloseInfo.Initiator.APPLICATION) {
                    return false;
                }
                int code = info.received().or(info::sent).map(CloseStatus::code).orElse(info.code());
                return switch (code) {
                    case 1001, 1006, 1011, 1012, 1013, 1014 -> true;
                    default -> false;
                };
            }
        }

        /**
         * After a connection failed to open.
         *
         * @param number  which attempt it is
         * @param cause   why it could not
         * @param elapsed since the last connection that held ended, or since the client began
         */
        record AfterFailure(int number, Throwable cause, Duration elapsed) implements Context {
            @Override
            public String reason() {
                return CauseText.of(cause);
            }

            /**
             * An I/O failure is promising, and an HTTP response with 408, 429 or 5xx; another response is
             * not. Failures of a proxy are promising if the network causes them.
             */
            @Override
            public boolean promising() {
                return switch (cause) {
                    case HandshakeException refused -> refused.response()
                            .map(response -> isTemporary(response.status()))
                            .orElse(true);
                    case ProxyException refused -> switch (refused.reason()) {
                        case UNREACHABLE, TIMEOUT, TARGET -> true;
                        case TLS, AUTHENTICATION, REFUSED, PROTOCOL -> false;
                    };
                    case IOException io -> true;
                    default -> false;
                };
            }

            private static boolean isTemporary(int status) {
                return status == 408 || status == 429 || status >= 500;
            }
        }
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names it
     */
    public ReconnectPolicy {
        Objects.requireNonNull(retryIf, "retryIf");
        require(initialDelay.isPositive(), "initialDelay", "positive", Durations.text(initialDelay));
        require(maxDelay.compareTo(initialDelay) >= 0, "maxDelay",
                "at least initialDelay, " + Durations.text(initialDelay), Durations.text(maxDelay));
        require(maxDelay.compareTo(LONGEST) <= 0, "maxDelay", "at most 365 d", Durations.text(maxDelay));
        require(multiplier >= 1 && Double.isFinite(multiplier), "multiplier", "1 or more", multiplier);
        require(jitter >= 0 && jitter <= 1, "jitter", "0 to 1", jitter);
        require(maxAttempts.isEmpty() || maxAttempts.getAsInt() >= 0, "maxAttempts", "0 or more",
                maxAttempts.orElse(0));
        require(resetAfter.isPositive(), "resetAfter", "positive", Durations.text(resetAfter));
    }

    private static void require(boolean met, String name, String rule, Object given) {
        if (!met) {
            throw new IllegalArgumentException(
                    "ReconnectPolicy." + name + " must be " + rule + ", not " + given);
        }
    }

    /**
     * Returns whether a connection was useful, so that the delays start over. For a server that accepts and
     * soon closes, or that is restarting (1012) or overloaded (1013) and reports it after a few messages, the
     * delays grow.
     *
     * @param open     how long it was open
     * @param received whether it received a message; sent messages prove nothing
     * @param info     how it ended
     * @return true if it lasted {@link #resetAfter}, or received a message and did not end with 1012 or 1013
     */
    public boolean held(Duration open, boolean received, CloseInfo info) {
        boolean later = info.code() == CloseCode.SERVICE_RESTART || info.code() == CloseCode.TRY_AGAIN_LATER;
        return open.compareTo(resetAfter) >= 0 || received && !later;
    }

    /**
     * Returns whether to make an attempt.
     *
     * @param attempt the possible attempt
     * @return false if there were too many, or the condition refuses it
     */
    public boolean retry(Context attempt) {
        return isWithinMaximum(attempt.number()) && retryIf.test(attempt);
    }

    /**
     * Returns the delay before an attempt.
     *
     * @param attempt 1 for the first
     * @param random  the chance of the jitter
     * @return from {@code (1 - jitter)} of the delay up to the delay; empty if there were too many attempts
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Optional<Duration> delayBefore(int attempt, RandomGenerator random) {
        require(attempt >= 1, "attempt", "1 or more", attempt);
        if (!isWithinMaximum(attempt)) {
            return Optional.empty();
        }
        // Grows to infinity without overflow; the maximum then cuts it.
        double grown = Durations.nanos(initialDelay) * Math.pow(multiplier, attempt - 1);
        double delayNanos = Math.min(grown, Durations.nanos(maxDelay));
        return Optional.of(Duration.ofNanos((long) (delayNanos * (1 - jitter * random.nextDouble()))));
    }

    private boolean isWithinMaximum(int number) {
        return maxAttempts.isEmpty() || number <= maxAttempts.getAsInt();
    }

    /**
     * Returns a copy with other delays.
     *
     * @param initial before the first attempt
     * @param max     which no delay exceeds
     * @return a copy
     */
    public ReconnectPolicy withDelays(Duration initial, Duration max) {
        return new ReconnectPolicy(initial, max, multiplier, jitter, maxAttempts, resetAfter, retryIf);
    }

    /**
     * Returns a copy with another growth.
     *
     * @param value 1 or more
     * @return a copy
     */
    public ReconnectPolicy withMultiplier(double value) {
        return new ReconnectPolicy(initialDelay, maxDelay, value, jitter, maxAttempts, resetAfter, retryIf);
    }

    /**
     * Returns a copy with another jitter.
     *
     * @param fraction 0 to 1
     * @return a copy
     */
    public ReconnectPolicy withJitter(double fraction) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, fraction, maxAttempts, resetAfter,
                retryIf);
    }

    /**
     * Returns a copy with a limit of attempts.
     *
     * @param count how many attempts in a row; 0 or more
     * @return a copy
     */
    public ReconnectPolicy withMaxAttempts(int count) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, jitter, OptionalInt.of(count),
                resetAfter,
                retryIf);
    }

    /**
     * Returns a copy with another time after which the delays start again.
     *
     * @param value how long a connection without messages must last; positive
     * @return a copy
     */
    public ReconnectPolicy withResetAfter(Duration value) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, jitter, maxAttempts, value, retryIf);
    }

    /**
     * Returns a copy with another condition.
     *
     * @param condition after what it is worth to try
     * @return a copy
     */
    public ReconnectPolicy withRetryIf(Predicate<Context> condition) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, jitter, maxAttempts, resetAfter,
                condition);
    }
}
