package io.duplex.tls;

import io.duplex.testkit.CountingLoader;
import io.duplex.testkit.Linear;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loop over TLS records is linear in bytes, records and reads. */
class LinearRecordsTest {
    private static final int SIZE = 600;
    private static CountingLoader loader;

    static Stream<String> scenarios() throws ReflectiveOperationException {
        loader = new CountingLoader();
        return Linear.in(LinearRecords.class);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theCostIsInProportionToTheInput(String scenario) throws ReflectiveOperationException {
        Linear.check(loader, LinearRecords.class, scenario, SIZE);
    }
}
