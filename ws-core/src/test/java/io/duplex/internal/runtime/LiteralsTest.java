package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralsTest {
    @Test
    void addressesHaveTheirBytes() {
        assertArrayEquals(new byte[] { 127, 0, 0, 1 },
                Literals.address("127.0.0.1").orElseThrow().getAddress());
        assertEquals(16, Literals.address("2001:db8::1").orElseThrow().getAddress().length);
        assertArrayEquals(new byte[] { 1, 2, 3, 4 },
                Literals.address("::ffff:1.2.3.4").orElseThrow().getAddress());
    }

    /** Some of these are addresses for some systems; who resolves names may say so. */
    @ParameterizedTest
    @ValueSource(strings = { "", "example.com", "localhost", "127.1", "256.1.1.1", "1.2.3.4.5", "0x7f.0.0.1",
        "cafe",
        ":", "1::2::3", "fe80::1%eth0" })
    void everythingElseIsAName(String host) {
        assertEquals(Optional.empty(), Literals.address(host));
    }
}
