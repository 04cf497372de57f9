package io.duplex.internal.session;

import io.duplex.testkit.CountingLoader;
import io.duplex.testkit.Linear;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loop over what a peer sends is linear in bytes, frames and reads: eight times the input costs eight
 * times as much. Counted
 * are steps and bytes, never time.
 */
class LinearCostTest {
    private static final int SIZE = 600;
    private static CountingLoader loader;

    static Stream<String> scenarios() throws ReflectiveOperationException {
        loader = new CountingLoader();
        return Linear.in(LinearSessions.class);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theCostIsInProportionToTheInput(String scenario) throws ReflectiveOperationException {
        Linear.check(loader, LinearSessions.class, scenario, SIZE);
    }
}
