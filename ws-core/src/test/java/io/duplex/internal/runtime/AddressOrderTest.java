package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8305 section 4. */
class AddressOrderTest {
    private static List<InetAddress> addresses(String literals) {
        return literals == null
                ? List.of()
                : Arrays.stream(literals.split(" "))
                        .map(text -> Literals.address(text).orElseThrow())
                        .toList();
    }

    @ParameterizedTest
    @CsvSource({ ",", "1.1.1.1, 1.1.1.1", "1.1.1.1 2.2.2.2 3::3, 1.1.1.1 3::3 2.2.2.2",
        "1::1 2::2 3::3 4.4.4.4 5.5.5.5, 1::1 4.4.4.4 2::2 5.5.5.5 3::3",
        "1::1 4.4.4.4 5.5.5.5 6.6.6.6, 1::1 4.4.4.4 5.5.5.5 6.6.6.6", "1::1 2::2, 1::1 2::2" })
    void theFamiliesTakeTurnsAndTheResolversFirstComesFirst(String found, String tried) {
        assertEquals(addresses(tried), Routes.alternating(addresses(found)),
                () -> addresses(found).stream()
                        .map(InetAddress::getHostAddress)
                        .collect(Collectors.joining(" ")));
    }
}
