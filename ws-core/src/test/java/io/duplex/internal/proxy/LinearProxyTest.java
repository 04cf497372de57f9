package io.duplex.internal.proxy;

import io.duplex.testkit.CountingLoader;
import io.duplex.testkit.Linear;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loop over what a proxy sends before a tunnel stands is linear. */
class LinearProxyTest {
    private static final int SIZE = 600;
    private static CountingLoader loader;

    static Stream<String> scenarios() throws ReflectiveOperationException {
        loader = new CountingLoader();
        return Linear.in(LinearProxies.class);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theCostIsInProportionToTheInput(String scenario) throws ReflectiveOperationException {
        Linear.check(loader, LinearProxies.class, scenario, SIZE);
    }
}
