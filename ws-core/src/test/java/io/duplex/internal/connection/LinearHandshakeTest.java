package io.duplex.internal.connection;

import io.duplex.testkit.CountingLoader;
import io.duplex.testkit.Linear;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loop over what a peer sends in the opening handshake, or over plain HTTP, is linear in bytes, fields
 * and reads.
 */
class LinearHandshakeTest {
    private static final int SIZE = 600;
    private static CountingLoader loader;

    static Stream<String> scenarios() throws ReflectiveOperationException {
        loader = new CountingLoader();
        return Linear.in(LinearHandshakes.class);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theCostIsInProportionToTheInput(String scenario) throws ReflectiveOperationException {
        Linear.check(loader, LinearHandshakes.class, scenario, SIZE);
    }
}
