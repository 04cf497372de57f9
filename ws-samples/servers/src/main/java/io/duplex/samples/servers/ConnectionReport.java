package io.duplex.samples.servers;

import io.duplex.CloseInfo;
import io.duplex.HandshakeException;
import io.duplex.WebSocket;
import io.duplex.frame.CloseCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says on standard error what happens to the client's connection: {@code >} sent, {@code <} received, {@code =} state, {@code !}
 * error. What a peer wrote is made harmless. Thread-safe.
 */
final class ConnectionReport {
    /** Codes that say that all is well; 1005 stands for a Close frame without one. */
    private static final Set<Integer> QUIET_CODES =
            Set.of(CloseCode.NORMAL, CloseCode.GOING_AWAY, CloseCode.NO_STATUS);

    private final PrintWriter err;
    private final boolean verbose;

    /**
     * A report.
     *
     * @param err     where to write
     * @param verbose whether to tell what went well, too
     */
    ConnectionReport(PrintWriter err, boolean verbose) {
        this.err = err;
        this.verbose = verbose;
    }

    /** The connection is open. */
    void opened(WebSocket ws) {
        if (verbose) {
            head('>', ws.request().encode());
            head('<', ws.response().encode());
            line('=', "socket: " + ws.socketOptions().describe());
            ws.tlsSession().ifPresent(session -> line('=', TlsText.of(session)));
            line('=', "open");
        }
    }

    /** The server answered something else. The caller says why that is a failure. */
    void refused(HandshakeException refused) {
        if (verbose && refused.response().isPresent()) {
            head('<', refused.response().get().encode());
            new String(refused.body(), StandardCharsets.UTF_8).lines().forEach(line -> line('<', line));
        }
    }

    private void head(char direction, byte[] encoded) {
        new String(encoded, StandardCharsets.ISO_8859_1).lines()
                .filter(line -> !line.isEmpty())
                .forEach(line -> line(direction, line));
    }

    /** The pong of {@code --ping} has come. */
    void pong(Duration roundTrip) {
        line('=', "pong after " + String.format(Locale.ROOT, "%.3f ms", roundTrip.toNanos() / 1e6));
    }

    /** The lines to send end early. */
    void inputFailed(IOException cause) {
        line('!', "cannot read standard input: " + cause.getMessage());
    }

    /** The connection has ended. What is not as it should be is said in any case. */
    void closed(CloseInfo info) {
        boolean unusual = !QUIET_CODES.contains(info.code());
        if (!info.clean()) {
            line('!', "the connection broke: " + cause(info));
        }
        if (verbose || unusual && info.received().isPresent()) {
            line('=', "closed by " + initiator(info) + ": sent " + code(info.sent()) + ", received "
                    + code(info.received()) + ", " + (info.clean() ? "clean" : "not clean") + ", "
                    + info.outcome());
        }
    }

    private static String cause(CloseInfo info) {
        return info.cause()
                .map(cause -> Optional.ofNullable(cause.getMessage()).orElse(cause.toString()))
                .orElse("the server ended it without a Close frame");
    }

    private static String initiator(CloseInfo info) {
        return switch (info.initiator()) {
            case APPLICATION -> "this end";
            case LIBRARY -> "this end, because of a failure";
            case PEER -> "the server";
        };
    }

    private static String code(Optional<CloseInfo.Code> code) {
        return code
                .map(c -> c.code() == CloseCode.NO_STATUS ? "no code" : (c.code() + " " + c.reason()).strip())
                .orElse("nothing");
    }

    private void line(char prefix, String what) {
        err.println(prefix + " " + Terminal.harmless(what));
        err.flush();
    }
}
