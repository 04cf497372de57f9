package io.duplex.samples.servers;

import io.duplex.CloseInfo;
import io.duplex.HandshakeException;
import io.duplex.WebSocket;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.http.Masked;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Reports the events of the client's connection on standard error: {@code >} sent, {@code <} received,
 * {@code =} state, {@code !} error. Control characters from the peer are escaped. Thread-safe.
 */
final class ConnectionReport {
    private final PrintWriter err;
    private final boolean verbose;

    /**
     * Creates a report.
     *
     * @param err     the output
     * @param verbose whether to report successful events, too
     */
    ConnectionReport(PrintWriter err, boolean verbose) {
        this.err = err;
        this.verbose = verbose;
    }

    /** Reports that the connection is open. */
    void opened(WebSocket ws) {
        if (verbose) {
            Masked.lines(ws.request()).forEach(line -> line('>', line));
            Masked.lines(ws.response()).forEach(line -> line('<', line));
            line('=', "socket: " + ws.socketOptions().describe());
            ws.tlsSession().ifPresent(session -> line('=', TlsText.of(session)));
            line('=', "open");
        }
    }

    /** Reports the response that refused the handshake. The caller reports the failure. */
    void refused(HandshakeException refused) {
        if (verbose && refused.response().isPresent()) {
            Masked.lines(refused.response().get()).forEach(line -> line('<', line));
            new String(refused.body(), StandardCharsets.UTF_8).lines().forEach(line -> line('<', line));
        }
    }

    /** Reports the pong of {@code --ping}. */
    void pong(Duration roundTrip) {
        line('=', "pong after " + String.format(Locale.ROOT, "%.3f ms", roundTrip.toNanos() / 1e6));
    }

    /** Reports that the input cannot be read to its end. */
    void inputFailed(IOException cause) {
        line('!', "cannot read standard input: " + Failures.text(cause));
    }

    /**
     * Reports the end of the connection.
     *
     * @param info     how it ended
     * @param well     whether this is a success; otherwise the reason is reported
     * @param lines    the lines sent and not sent
     * @param received the number of messages received
     */
    void closed(CloseInfo info, boolean well, LineSender.Lines lines, long received) {
        if (verbose) {
            line('=', "closed by " + initiator(info) + ": sent " + code(info.sent()) + ", received "
                    + code(info.received()) + ", " + (info.clean() ? "clean" : "not clean") + ", "
                    + info.outcome());
        }
        if (!well) {
            line('!', info.clean() ? refusal(info, lines) : "the connection broke: " + cause(info));
        }
        if (lines.unsent() > 0) {
            line('!', count(lines.unsent(), "line") + " could not be sent, nor what follows");
        }
        if (!well && lines.sent() > received) {
            line('!', count(lines.sent(), "line") + " sent, " + count(received, "message")
                    + " received: what was not answered may be lost");
        }
    }

    private static String refusal(CloseInfo info, LineSender.Lines lines) {
        String reason = info.reason().isEmpty() ? "" : ": " + info.reason();
        String advice = info.code() == CloseCode.MESSAGE_TOO_BIG
                ? "; the longest line has " + count(lines.longestChars(), "character")
                : "";
        return "the server closed with " + info.code() + meaning(info.code()) + reason + advice;
    }

    /** RFC 6455 section 7.4.1 and the IANA registry. */
    private static String meaning(int code) {
        return switch (code) {
            case CloseCode.GOING_AWAY -> " (going away)";
            case CloseCode.PROTOCOL_ERROR -> " (protocol error)";
            case CloseCode.UNSUPPORTED_DATA -> " (unsupported data)";
            case CloseCode.INVALID_PAYLOAD -> " (invalid data)";
            case CloseCode.POLICY_VIOLATION -> " (policy violation)";
            case CloseCode.MESSAGE_TOO_BIG -> " (message too big)";
            case CloseCode.MANDATORY_EXTENSION -> " (an extension is missing)";
            case CloseCode.INTERNAL_ERROR -> " (internal error)";
            case CloseCode.SERVICE_RESTART -> " (service restart)";
            case CloseCode.TRY_AGAIN_LATER -> " (try again later)";
            case CloseCode.BAD_GATEWAY -> " (bad gateway)";
            default -> "";
        };
    }

    private static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : noun + "s");
    }

    private static String cause(CloseInfo info) {
        return info.cause()
                .map(cause -> Optional.ofNullable(cause.getMessage()).orElse(cause.toString()))
                .orElse("the server ended it without a Close frame")
                + (info.sent().filter(sent -> sent.code() == CloseCode.MESSAGE_TOO_BIG).isPresent()
                        ? " (--max-message)"
                        : "");
    }

    private static String initiator(CloseInfo info) {
        return switch (info.initiator()) {
            case APPLICATION -> "this end";
            case LIBRARY -> "this end, because of a failure";
            case PEER -> "the server";
        };
    }

    private static String code(Optional<CloseStatus> code) {
        return code
                .map(c -> c.code() == CloseCode.NO_STATUS ? "no code" : (c.code() + " " + c.reason()).strip())
                .orElse("nothing");
    }

    private void line(char prefix, String what) {
        err.println(prefix + " " + Terminal.harmless(what));
        err.flush();
    }
}
