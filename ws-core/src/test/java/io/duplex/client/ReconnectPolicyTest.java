package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.HandshakeException;
import io.duplex.ProxyException;
import io.duplex.ProxyServer;
import io.duplex.client.ReconnectPolicy.Context;
import io.duplex.frame.CloseStatus;
import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconnectPolicyTest {
    private static final ReconnectPolicy EXACT = ReconnectPolicy.DEFAULT.withJitter(0)
            .withDelays(Duration.ofMillis(100), Duration.ofSeconds(1));

    private static Context afterClose(Initiator initiator, Optional<CloseStatus> received,
            Optional<CloseStatus> sent) {
        return new Context.AfterClose(1,
                new CloseInfo(received, sent, initiator, Optional.empty(), TcpEnd.BROKEN),
                Duration.ZERO);
    }

    private static Context afterFailure(int number, Throwable cause) {
        return new Context.AfterFailure(number, cause, Duration.ZERO);
    }

    private static Optional<CloseStatus> code(int code) {
        return Optional.of(new CloseStatus(code, ""));
    }

    // When

    @Test
    void growsToTheMaximum() {
        assertEquals(IntStream.of(100, 200, 400, 800, 1000, 1000).mapToObj(Duration::ofMillis).toList(),
                IntStream.rangeClosed(1, 6)
                        .mapToObj(n -> EXACT.delayBefore(n, new Random(1)).orElseThrow())
                        .toList());
        assertEquals(Duration.ofMillis(900),
                EXACT.withMultiplier(3).delayBefore(3, new Random(1)).orElseThrow());
        assertEquals(Duration.ofMillis(100),
                EXACT.withMultiplier(1).delayBefore(99, new Random(1)).orElseThrow());
    }

    @Test
    void neverOverflows() {
        assertEquals(Duration.ofSeconds(1),
                EXACT.delayBefore(Integer.MAX_VALUE, new Random(1)).orElseThrow());
        ReconnectPolicy longest = EXACT.withDelays(Duration.ofDays(365), Duration.ofDays(365));
        assertEquals(Duration.ofDays(365), longest.delayBefore(5000, new Random(1)).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0.25, 0.5, 1 })
    void shortensByChanceWithinTheJitter(double jitter) {
        Random random = new Random(42);
        ReconnectPolicy policy = EXACT.withJitter(jitter);
        long[] nanos = IntStream.range(0, 1000)
                .mapToLong(i -> policy.delayBefore(9, random).orElseThrow().toNanos())
                .sorted()
                .toArray();
        assertTrue(nanos[0] >= (long) (1e9 * (1 - jitter)), () -> "shortest " + nanos[0]);
        assertTrue(nanos[999] <= 1_000_000_000, () -> "longest " + nanos[999]);
        double median = 1e9 * (1 - jitter / 2);
        assertEquals(median, nanos[500], 1e9 * jitter / 10);
        assertNotEquals(nanos[0], nanos[999]);
    }

    @Test
    void isTheSameForTheSameChance() {
        assertEquals(ReconnectPolicy.DEFAULT.delayBefore(4, new Random(7)),
                ReconnectPolicy.DEFAULT.delayBefore(4, new Random(7)));
    }

    @Test
    void endsAfterTheMaximumOfAttempts() {
        ReconnectPolicy twice = EXACT.withMaxAttempts(2);
        assertEquals(Optional.of(Duration.ofMillis(200)), twice.delayBefore(2, new Random(1)));
        assertEquals(Optional.empty(), twice.delayBefore(3, new Random(1)));
        assertTrue(twice.retry(afterFailure(2, new IOException())));
        assertEquals(false, twice.retry(afterFailure(3, new IOException())));
        assertEquals(Optional.empty(), EXACT.withMaxAttempts(0).delayBefore(1, new Random(1)));
    }

    @Test
    void countsFromOne() {
        assertThrows(IllegalArgumentException.class, () -> EXACT.delayBefore(0, new Random(1)));
    }

    // Whether

    @ParameterizedTest
    @CsvSource({ "1000, false", "1001, true", "1002, false", "1003, false", "1005, false", "1007, false",
        "1008, false",
        "1009, false", "1010, false", "1011, true", "1012, true", "1013, true", "1014, true", "3000, false",
        "4999, false" })
    void looksAtTheReceivedCode(int code, boolean expected) {
        assertEquals(expected,
                ReconnectPolicy.DEFAULT.retry(afterClose(Initiator.PEER, code(code), code(code))));
        assertEquals(expected,
                ReconnectPolicy.DEFAULT.retry(afterClose(Initiator.LIBRARY, code(code), Optional.empty())));
    }

    @Test
    void retriesAfterAnEndWithoutAnyCode() {
        assertTrue(ReconnectPolicy.DEFAULT
                .retry(afterClose(Initiator.PEER, Optional.empty(), Optional.empty())));
    }

    @ParameterizedTest
    @CsvSource({ "1001, true", "1002, false", "1007, false", "1009, false", "1011, true" })
    void looksAtTheSentCodeIfNoneCame(int code, boolean expected) {
        assertEquals(expected,
                ReconnectPolicy.DEFAULT.retry(afterClose(Initiator.LIBRARY, Optional.empty(), code(code))));
    }

    @Test
    void doesNotComeBackWhenTheApplicationClosed() {
        for (Optional<CloseStatus> received : java.util.List.of(Optional.<CloseStatus>empty(), code(1001),
                code(1005))) {
            assertEquals(false,
                    ReconnectPolicy.DEFAULT.retry(afterClose(Initiator.APPLICATION, received, code(1000))));
        }
    }

    @ParameterizedTest
    @CsvSource({ "101, false", "200, false", "302, false", "400, false", "401, false", "403, false",
        "404, false",
        "408, true", "426, false", "429, true", "500, true", "502, true", "503, true", "504, true" })
    void looksAtTheStatusOfARefusal(int status, boolean expected) {
        HandshakeException refused = new HandshakeException("no", ResponseHead.of(status, HttpHeaders.of()),
                new byte[0]);
        assertEquals(expected, ReconnectPolicy.DEFAULT.retry(afterFailure(1, refused)));
    }

    @ParameterizedTest
    @EnumSource
    void retriesAfterWhatAProxyCouldNotHelp(ProxyException.Reason reason) {
        boolean ofTheNetwork = switch (reason) {
            case UNREACHABLE, TIMEOUT, TARGET -> true;
            case TLS, AUTHENTICATION, REFUSED, PROTOCOL -> false;
        };
        ProxyException failure = new ProxyException(reason, ProxyServer.http("proxy", 80), "no tunnel");
        assertEquals(ofTheNetwork, ReconnectPolicy.DEFAULT.retry(afterFailure(1, failure)));
    }

    @Test
    void retriesAfterFailuresOfIoOnly() {
        assertTrue(ReconnectPolicy.DEFAULT.retry(afterFailure(1, new UnknownHostException("a"))));
        assertTrue(ReconnectPolicy.DEFAULT.retry(afterFailure(1, new HandshakeException("too slow"))));
        assertEquals(false, ReconnectPolicy.DEFAULT.retry(afterFailure(1, new IllegalStateException())));
    }

    @Test
    void takesAnotherCondition() {
        ReconnectPolicy always = ReconnectPolicy.DEFAULT.withRetryIf(attempt -> true).withMaxAttempts(1);
        assertTrue(always.retry(afterClose(Initiator.APPLICATION, code(1000), code(1000))));
        assertEquals(false, always.retry(afterFailure(2, new IOException())));
    }

    @Test
    void checksTheRanges() {
        Duration second = Duration.ofSeconds(1);
        ReconnectPolicy policy = ReconnectPolicy.DEFAULT;
        assertRefused("initialDelay must be positive, not 0 s",
                () -> policy.withDelays(Duration.ZERO, second));
        assertRefused("maxDelay must be at least initialDelay, 1 s, not 999 ms",
                () -> policy.withDelays(second, Duration.ofMillis(999)));
        assertRefused("maxDelay must be at most 365 d, not 366 d",
                () -> policy.withDelays(second, Duration.ofDays(366)));
        assertRefused("multiplier must be 1 or more, not 0.9", () -> policy.withMultiplier(0.9));
        assertRefused("multiplier must be 1 or more, not NaN", () -> policy.withMultiplier(Double.NaN));
        assertRefused("multiplier must be 1 or more, not Infinity",
                () -> policy.withMultiplier(Double.POSITIVE_INFINITY));
        assertRefused("jitter must be 0 to 1, not -0.1", () -> policy.withJitter(-0.1));
        assertRefused("jitter must be 0 to 1, not 1.1", () -> policy.withJitter(1.1));
        assertRefused("maxAttempts must be 0 or more, not -1", () -> policy.withMaxAttempts(-1));
        assertRefused("resetAfter must be positive, not 0 s", () -> policy.withResetAfter(Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({ "29s, false, 1001, false", "30s, false, 1001, true", "0s, true, 1001, true",
        "0s, true, 1012, false", "0s, true, 1013, false", "30s, true, 1012, true", "30s, false, 1013, true" })
    void aConnectionHasHeldIfItLastedOrReceived(String open, boolean received, int code, boolean held) {
        CloseInfo info =
                new CloseInfo(code(code), code(code), Initiator.PEER, Optional.empty(), TcpEnd.BROKEN);
        assertEquals(held,
                ReconnectPolicy.DEFAULT.held(Duration.parse("PT" + open.toUpperCase(Locale.ROOT)), received,
                        info));
    }

    @Test
    void saysWhatMadeAnAttemptNecessary() {
        assertEquals("refused", afterFailure(1, new IOException("refused")).reason());
        assertEquals("java.io.IOException", afterFailure(1, new IOException()).reason());
        assertEquals("the connection ended: received 1012, sent 1012, initiated by PEER, clean, BROKEN",
                afterClose(Initiator.PEER, code(1012), code(1012)).reason());
    }

    private static void assertRefused(String rule, org.junit.jupiter.api.function.Executable call) {
        assertEquals("ReconnectPolicy." + rule,
                assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
