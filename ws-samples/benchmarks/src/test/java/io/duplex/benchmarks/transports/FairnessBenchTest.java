package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class FairnessBenchTest {
    @ParameterizedTest
    @EnumSource(FloodKind.class)
    void aShortRunMeasuresBesideEachKindOfFlood(FloodKind kind) {
        int exit = new CommandLine(new FairnessBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute("--transport", "nio", "--flood", kind.name(), "--flooders", "1", "--seconds", "0.02",
                        "--warm-up", "0.01");
        assertEquals(0, exit);
    }
}
