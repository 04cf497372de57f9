package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Defaults, ranges, and the way between options and their classic names. */
class SocketOptionsTest {
    private static final SocketOptions ALL = SocketOptions
            .of(SocketOptions.SO_REUSEADDR, true)
            .with(SocketOptions.SO_REUSEPORT, false)
            .with(SocketOptions.SO_KEEPALIVE, true)
            .with(SocketOptions.TCP_KEEPIDLE, Duration.ofMinutes(1))
            .with(SocketOptions.TCP_KEEPINTVL, Duration.ofSeconds(10))
            .with(SocketOptions.TCP_KEEPCNT, 3)
            .with(SocketOptions.SO_LINGER, Duration.ZERO)
            .with(SocketOptions.SO_RCVBUF, 65_536)
            .with(SocketOptions.SO_SNDBUF, 1)
            .with(SocketOptions.SO_RCVTIMEO, Duration.ofMillis(1500))
            .with(SocketOptions.SO_SNDTIMEO, Duration.ofMinutes(2))
            .with(SocketOptions.SO_RCVLOWAT, 1024)
            .with(SocketOptions.SO_SNDLOWAT, 0)
            .with(SocketOptions.SO_OOBINLINE, false)
            .with(SocketOptions.TCP_NODELAY, false)
            .with(SocketOptions.TCP_QUICKACK, true)
            .with(SocketOptions.IP_TOS, 0xb8)
            .with(SocketOptions.BACKLOG, 7);

    @Test
    void nothingIsSetUnlessAskedFor() {
        assertEquals(SocketOptions.DEFAULT, SocketOptions.of());
        for (SocketOption<?> option : SocketOptions.all()) {
            assertEquals(Optional.empty(), SocketOptions.DEFAULT.get(option));
        }
        assertEquals("", SocketOptions.DEFAULT.describe());
        assertEquals("SocketOptions[]", SocketOptions.DEFAULT.toString());
    }

    @Test
    void theyDescribeThemselvesByClassicNames() {
        assertEquals("SO_REUSEADDR=on SO_REUSEPORT=off SO_KEEPALIVE=on TCP_KEEPIDLE=60s TCP_KEEPINTVL=10s "
                + "TCP_KEEPCNT=3 SO_LINGER=0s SO_RCVBUF=65536 SO_SNDBUF=1 SO_RCVTIMEO=1500ms "
                + "SO_SNDTIMEO=120s SO_RCVLOWAT=1024 SO_SNDLOWAT=0 SO_OOBINLINE=off TCP_NODELAY=off "
                + "TCP_QUICKACK=on IP_TOS=0xb8 BACKLOG=7", ALL.describe());
    }

    @Test
    void whatTheyDescribeCanBeSet() {
        SocketOptions again = SocketOptions.of(ALL.describe().split(" "));
        assertEquals(ALL, again);
        assertEquals(ALL.hashCode(), again.hashCode());
    }

    @Test
    void aCopyDiffersInOneValue() {
        SocketOptions copy = ALL.with(SocketOptions.BACKLOG, 8);
        assertEquals(Optional.of(8), copy.get(SocketOptions.BACKLOG));
        assertEquals(Optional.of(7), ALL.get(SocketOptions.BACKLOG));
        assertNotEquals(ALL, copy);
        assertEquals(ALL, copy.with("backlog=7"));
        assertEquals(SocketOptions.of("BACKLOG=8"), SocketOptions.of("BACKLOG=7", "BACKLOG=8"));
    }

    @ParameterizedTest
    @MethodSource("io.duplex.transport.SocketOptions#all")
    void eachOptionIsSetByItsName(SocketOption<?> option) {
        String assignment = option + "=" + option.valueIn(ALL).orElseThrow();
        SocketOptions one = SocketOptions.of(assignment);
        assertEquals(assignment, one.describe());
        assertEquals(ALL.get(option), one.get(option));
    }

    @Test
    void nullIsNoValue() {
        assertThrows(NullPointerException.class,
                () -> SocketOptions.DEFAULT.with(SocketOptions.TCP_NODELAY, null));
    }

    @ParameterizedTest
    @CsvSource({
        "so_keepalive=TRUE,          SO_KEEPALIVE=on",
        "SO_KEEPALIVE=yes,           SO_KEEPALIVE=on",
        "SO_KEEPALIVE=1,             SO_KEEPALIVE=on",
        "SO_KEEPALIVE=false,         SO_KEEPALIVE=off",
        "SO_KEEPALIVE=no,            SO_KEEPALIVE=off",
        "SO_KEEPALIVE=0,             SO_KEEPALIVE=off",
        "SO_RCVBUF=64k,              SO_RCVBUF=65536",
        "SO_SNDBUF=1M,               SO_SNDBUF=1048576",
        "TCP_KEEPIDLE=30,            TCP_KEEPIDLE=30s",
        "TCP_KEEPIDLE=2m,            TCP_KEEPIDLE=120s",
        "SO_LINGER=5s,               SO_LINGER=5s",
        "SO_RCVTIMEO=2,              SO_RCVTIMEO=2s",
        "SO_RCVTIMEO=250ms,          SO_RCVTIMEO=250ms",
        "SO_SNDTIMEO=5m,             SO_SNDTIMEO=300s",
        "SO_SNDTIMEO=PT0.0001S,      SO_SNDTIMEO=PT0.0001S",
        "IP_TOS=16,                  IP_TOS=0x10",
        "IP_TOS=0x10,                IP_TOS=0x10" })
    void valuesAreWrittenInSeveralWays(String assignment, String described) {
        assertEquals(described, SocketOptions.of(assignment).describe());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "SO_KEEPALIVE       | SO_KEEPALIVE: needs NAME=VALUE, such as SO_KEEPALIVE=on",
        "SO_KEEPALIVE=maybe | SO_KEEPALIVE=maybe: needs on or off, on, off",
        "SO_RCVBUF=lots     | SO_RCVBUF=lots: needs a size such as 65536, 64k or 1m, 1 to 2,147,483,647",
        "SO_RCVBUF=9000000k | SO_RCVBUF=9000000k: needs a size such as 65536, 64k or 1m, 1 to 2,147,483,647",
        "TCP_KEEPIDLE=1.5   | TCP_KEEPIDLE=1.5: needs whole seconds such as 30, 30s or 2m, 1 to "
                + "2,147,483,647 "
                + "s, whole ones",
        "TCP_KEEPIDLE=0     | TCP_KEEPIDLE must be 1 to 2,147,483,647 s, whole ones: 0s",
        "SO_RCVTIMEO=soon   | SO_RCVTIMEO=soon: needs a time such as 500ms, 30s or 5m, more than 0",
        "SO_RCVTIMEO=pt     | SO_RCVTIMEO=pt: needs a time such as 500ms, 30s or 5m, more than 0",
        "IP_TOS=256         | IP_TOS must be 0 to 255: 0x100" })
    void whatIsNoValueIsRefusedWithWhatIsOne(String assignment, String message) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> SocketOptions.of(assignment));
        assertEquals(message, refusal.getMessage());
    }

    @Test
    void anUnknownNameIsRefusedWithAllThatThereAre() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> SocketOptions.of("SO_MAGIC=on"));
        assertTrue(refusal.getMessage()
                .startsWith("no socket option SO_MAGIC; there are SO_REUSEADDR SO_REUSEPORT"),
                refusal.getMessage());
    }

    private static <T> void refused(String message, SocketOption<T> option, T value) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> SocketOptions.of(option, value))
                        .getMessage());
    }

    @Test
    void valuesOutOfTheirRangesAreRefusedByName() {
        refused("TCP_KEEPIDLE must be 1 to 2,147,483,647 s, whole ones: 1.5 s",
                SocketOptions.TCP_KEEPIDLE, Duration.ofMillis(1500));
        refused("TCP_KEEPINTVL must be 1 to 2,147,483,647 s, whole ones: 0s",
                SocketOptions.TCP_KEEPINTVL, Duration.ZERO);
        refused("TCP_KEEPCNT must be 1 to 2,147,483,647: 0", SocketOptions.TCP_KEEPCNT, 0);
        refused("SO_LINGER must be 0 to 65,535 s, whole ones: 65536s",
                SocketOptions.SO_LINGER, Duration.ofSeconds(65_536));
        refused("SO_LINGER must be 0 to 65,535 s, whole ones: -1s",
                SocketOptions.SO_LINGER, Duration.ofSeconds(-1));
        refused("SO_RCVBUF must be 1 to 2,147,483,647: 0", SocketOptions.SO_RCVBUF, 0);
        refused("SO_SNDBUF must be 1 to 2,147,483,647: -1", SocketOptions.SO_SNDBUF, -1);
        refused("SO_RCVTIMEO must be more than 0: 0s",
                SocketOptions.SO_RCVTIMEO, Duration.ZERO);
        refused("SO_SNDTIMEO must be more than 0: -1s",
                SocketOptions.SO_SNDTIMEO, Duration.ofSeconds(-1));
        refused("SO_RCVLOWAT must be 1 to 1,073,741,824: 0",
                SocketOptions.SO_RCVLOWAT, 0);
        refused("SO_SNDLOWAT must be 0 to 2,147,483,647: -1",
                SocketOptions.SO_SNDLOWAT, -1);
        refused("IP_TOS must be 0 to 255: 0x100", SocketOptions.IP_TOS, 256);
        refused("BACKLOG must be 1 to 2,147,483,647: 0", SocketOptions.BACKLOG, 0);
    }
}
