package io.duplex.client;

import io.duplex.CloseInfo;
import io.duplex.HandshakeException;
import io.duplex.ProxyException;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.transport.CauseText;
import io.duplex.transport.DurationText;
import io.duplex.transport.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Decides whether and when a client connects again after a connection ended or could not be made (RFC 6455
 * section 7.2.3). Arithmetic only: {@link WebSocketClient#reconnecting} keeps the time, counts the attempts,
 * and starts again with number 1 after a connection that {@linkplain #held has held}. Immutable.
 *
 * @param initialDelay before the first attempt, without jitter; positive
 * @param maxDelay     which no delay exceeds; not less than {@code initialDelay}, at most 365 days
 * @param multiplier   by which each delay is longer than the one before; 1 or more
 * @param jitter       which fraction of a delay is left to chance, 0 to 1: it is shortened by up to that
 *                     much, so that clients which lost their server together do not come back together
 * @param maxAttempts  how many attempts are made in a row; empty for no end
 * @param resetAfter   how long a connection without messages must last so that the delays start again with
 *         the first; positive
 * @param retryIf      after what it is worth to try; must not block
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

    /** An attempt to connect again that could be made, by what made it necessary. */
    public sealed interface Context {
        /**
         * Returns the number of the attempt.
         *
         * @return 1 for the first since a connection has held
         */
        int number();

        /**
         * Returns how long the client has been without a connection that held.
         *
         * @return 0 or more
         */
        Duration elapsed();

        /**
         * Returns what made the attempt necessary, for logs: how the connection ended, or why it could not be
         * made.
         *
         * @return a phrase without credentials
         */
        String reason();

        /**
         * Returns whether the same may go better the next time.
         *
         * @return true after an end that had to do with the network or with the server's state; false after
         *         one that a second try would repeat, or that was wanted
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
             * Not if this application closed. Else by the received code, or if none came by the sent one:
             * 1001, 1011 to 1014 and an end without any code are promising; the others say that all was done,
             * or that one side does what the other cannot take.
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
         * After a connection could not be made.
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
             * not. Of a proxy, what has to do with the network is.
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
        require(initialDelay.isPositive(), "initialDelay", "positive", DurationText.of(initialDelay));
        require(maxDelay.compareTo(initialDelay) >= 0, "maxDelay",
                "at least initialDelay, " + DurationText.of(initialDelay), DurationText.of(maxDelay));
        require(maxDelay.compareTo(LONGEST) <= 0, "maxDelay", "at most 365 d", DurationText.of(maxDelay));
        require(multiplier >= 1 && Double.isFinite(multiplier), "multiplier", "1 or more", multiplier);
        require(jitter >= 0 && jitter <= 1, "jitter", "0 to 1", jitter);
        require(maxAttempts.isEmpty() || maxAttempts.getAsInt() >= 0, "maxAttempts", "0 or more",
                maxAttempts.orElse(0));
        require(resetAfter.isPositive(), "resetAfter", "positive", DurationText.of(resetAfter));
    }

    private static void require(boolean met, String name, String rule, Object given) {
        if (!met) {
            throw new IllegalArgumentException(
                    "ReconnectPolicy." + name + " must be " + rule + ", not " + given);
        }
    }

    /**
     * Returns whether a connection was of use, so that the delays start again with the first one. A server
     * that accepts and soon closes, or that is restarting (1012) or overloaded (1013) and says so after a few
     * messages, is met with growing delays.
     *
     * @param open     how long it was open
     * @param received whether it received a message; what was sent proves nothing
     * @param info     how it ended
     * @return true if it lasted {@link #resetAfter}, or received a message and did not end with 1012 or 1013
     */
    public boolean held(Duration open, boolean received, CloseInfo info) {
        boolean later = info.code() == CloseCode.SERVICE_RESTART || info.code() == CloseCode.TRY_AGAIN_LATER;
        return open.compareTo(resetAfter) >= 0 || received && !later;
    }

    /**
     * Returns whether an attempt is to be made.
     *
     * @param attempt what it would be
     * @return false if it is one too many, or not worth it
     */
    public boolean retry(Context attempt) {
        return isWithinMaximum(attempt.number()) && retryIf.test(attempt);
    }

    /**
     * Returns how long to wait before an attempt.
     *
     * @param attempt 1 for the first
     * @param random  the chance of the jitter
     * @return from {@code (1 - jitter)} of the delay up to the delay; empty if the attempt is one too many
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
     * The same with other delays.
     *
     * @param initial before the first attempt
     * @param max     which no delay exceeds
     * @return a copy
     */
    public ReconnectPolicy withDelays(Duration initial, Duration max) {
        return new ReconnectPolicy(initial, max, multiplier, jitter, maxAttempts, resetAfter, retryIf);
    }

    /**
     * The same with another growth.
     *
     * @param value 1 or more
     * @return a copy
     */
    public ReconnectPolicy withMultiplier(double value) {
        return new ReconnectPolicy(initialDelay, maxDelay, value, jitter, maxAttempts, resetAfter, retryIf);
    }

    /**
     * The same with another jitter.
     *
     * @param fraction 0 to 1
     * @return a copy
     */
    public ReconnectPolicy withJitter(double fraction) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, fraction, maxAttempts, resetAfter,
                retryIf);
    }

    /**
     * The same with an end.
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
     * The same with another time after which the delays start again.
     *
     * @param value how long a connection without messages must last; positive
     * @return a copy
     */
    public ReconnectPolicy withResetAfter(Duration value) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, jitter, maxAttempts, value, retryIf);
    }

    /**
     * The same with another condition.
     *
     * @param condition after what it is worth to try
     * @return a copy
     */
    public ReconnectPolicy withRetryIf(Predicate<Context> condition) {
        return new ReconnectPolicy(initialDelay, maxDelay, multiplier, jitter, maxAttempts, resetAfter,
                condition);
    }
}
