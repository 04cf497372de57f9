package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The process of one server. It prints its port, then answers the requests {@code used} and {@code held}. It
 * exits at the end of its input, so that no process survives a benchmark that was killed.
 */
final class ServerMain {
    private ServerMain() {}

    /** Arguments: kind, security, loops. */
    public static void main(String[] args) throws IOException {
        // Two lines of Bouncy Castle for each handshake would be measured.
        Logger.getLogger("").setLevel(Level.SEVERE);
        Contestant contestant = new Contestant(Kind.valueOf(args[0]), Security.valueOf(args[1]));
        try (EchoServer server = contestant.start(Integer.parseInt(args[2]))) {
            System.out.println(server.port());
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(switch (line) {
                    case "used" -> ServerFigures.Used.now().line();
                    case "held" -> ServerFigures.Held.now().line();
                    default -> throw new IOException("unknown request " + line);
                });
            }
        }
        System.exit(0);
    }
}
