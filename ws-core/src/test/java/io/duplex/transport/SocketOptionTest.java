package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an option says of itself, and how its values go to the kernel and come back. */
class SocketOptionTest {
    @Test
    void namesAreFoundInAnyCase() {
        assertEquals(SocketOption.TCP_NODELAY, SocketOption.named(" tcp_nodelay "));
        assertThrows(IllegalArgumentException.class, () -> SocketOption.named(""));
    }

    @Test
    void theySayWhichValuesThereAre() {
        assertEquals("on or off", SocketOption.SO_KEEPALIVE.example());
        assertEquals("0 to 65,535 s, whole ones", SocketOption.SO_LINGER.range());
    }

    @Test
    void theKernelDoesMostOfThem() {
        List<SocketOption> others = Arrays.stream(SocketOption.values())
                .filter(option -> !option.isKernelOption())
                .toList();
        assertEquals(List.of(SocketOption.SO_RCVTIMEO, SocketOption.SO_SNDTIMEO, SocketOption.SO_RCVLOWAT,
                SocketOption.SO_SNDLOWAT, SocketOption.BACKLOG), others);
    }

    @Test
    void theKernelGetsNumbersAndSwitches() {
        SocketOptions options = SocketOptions.builder()
                .linger(Duration.ofSeconds(9))
                .keepAlive(false)
                .trafficClass(8)
                .build();
        assertEquals(Optional.of(9), SocketOption.SO_LINGER.kernelValueIn(options));
        assertEquals(Optional.of(false), SocketOption.SO_KEEPALIVE.kernelValueIn(options));
        assertEquals(Optional.of(8), SocketOption.IP_TOS.kernelValueIn(options));
        assertEquals(Optional.empty(), SocketOption.SO_RCVBUF.kernelValueIn(options));
    }

    @Test
    void theKernelSaysOffByANegativeTime() {
        SocketOptions.Builder options = SocketOptions.builder().linger(Duration.ofSeconds(1));
        SocketOptions.Builder none = SocketOptions.builder();
        SocketOption.SO_LINGER.setFromKernel(none, -1);
        SocketOption.SO_LINGER.setFromKernel(options, 0);
        assertEquals(Optional.empty(), none.build().linger());
        assertEquals(Optional.of(Duration.ZERO), options.build().linger());
    }

    @Test
    void theKernelMayShowTheOctetWithASign() {
        SocketOptions.Builder options = SocketOptions.builder();
        SocketOption.IP_TOS.setFromKernel(options, -72);
        assertEquals(Optional.of(0xb8), options.build().trafficClass());
    }

    @Test
    void whatTheKernelDoesNotDoItIsNotAsked() {
        SocketOptions options = SocketOptions.builder().receiveTimeout(Duration.ofSeconds(1)).build();
        assertThrows(IllegalStateException.class, () -> SocketOption.SO_RCVTIMEO.kernelValueIn(options));
        assertThrows(IllegalStateException.class,
                () -> SocketOption.SO_RCVTIMEO.setFromKernel(SocketOptions.builder(), 1));
    }
}
