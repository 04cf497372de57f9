package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TlsBenchTest {
    private static boolean takesPart(Security security, String protocol, boolean resumed) throws IOException {
        Contestant contestant = new Contestant(Kind.NIO, security);
        try (EchoServer server = contestant.start(1)) {
            return new Scenario.Handshakes(4, protocol, resumed)
                    .on(contestant, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
                    .isPresent();
        }
    }

    /** Handshakes named resumed are resumed, and full ones are full. */
    @ParameterizedTest
    @CsvSource({ "CLEAR, TLSv1.2, true, false", "JDK, TLSv1.3, true, true", "JDK, TLSv1.3, false, true",
        "JDK, TLSv1.2, true, true", "JDK, TLSv1.2, false, true", "BC, TLSv1.3, true, false",
        "BC, TLSv1.2, true, true", "BC, TLSv1.2, false, true" })
    void onlyWhoResumesTakesPartInResuming(Security security, String protocol, boolean resumed, boolean part)
            throws IOException {
        assertEquals(part, takesPart(security, protocol, resumed));
    }

    @Test
    void theBareEngineOpensAndSeals() throws Exception {
        assertTrue(new BareEngine(20_000).run(1) > 0);
    }

    @Test
    void aShortRunMeasuresServersInProcessesOfTheirOwn(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("figures.csv");
        int exit = new CommandLine(new TlsBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute("--transport", "nio", "--scenario", "4", "--rounds", "1", "--round", "0.02",
                        "--warm-up", "0.01", "--idle", "0", "--engine", "0", "--csv", csv.toString());
        assertEquals(0, exit);
        List<String> lines = Files.readAllLines(csv);
        // Of the three one resumes in TLS 1.3.
        assertEquals(1 + 1, lines.size(), lines::toString);
        assertTrue(lines.get(1).startsWith("nio jdk,"), lines::toString);
    }
}
