package io.duplex.samples.servers;

import io.duplex.CloseInfo;
import io.duplex.HandshakeException;
import io.duplex.Message;
import io.duplex.ReadyState;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.frame.CloseCode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A client for the command line, in the library's blocking style: one thread receives and prints, another one
 * reads lines and sends them ({@link LineSender}).
 *
 * <p>At the end of its input it closes and continues to print: the closing handshake ends with the server's
 * last message.
 */
@Command(name = "client",
        versionProvider = Version.class,
        description = { "Sends each line of standard input as a message, and prints the messages that come.",
            "At the end of input it closes, and prints the messages still on their way." },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:The connection was closed with 1000 or without a code, or by ^C (SIGINT) or SIGTERM.",
            "1:There was no connection, or it ended otherwise; the error stream says why.",
            "2:The command line is wrong.",
            "130:^C before the connection was open; 143 for SIGTERM." },
        mixinStandardHelpOptions = true)
final class ClientCommand implements Callable<Integer> {
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);

    private final InputStream in;
    private final boolean terminal;

    @Spec
    private CommandSpec spec;

    @Mixin
    private TransportOption transport;

    @Mixin
    private ClientOptions options;

    @Option(names = "--binary", description = "Send the lines as binary messages, in UTF-8.")
    private boolean binary;

    @Option(names = "--ping",
            description = "Ping before the first line, and show on standard error how long the pong took.")
    private boolean ping;

    @Option(names = { "-v", "--verbose" },
            description = "Show the handshake and the close on standard error: > sent, < received, = state.")
    private boolean verbose;

    /** Set when a signal ends the connection. */
    private volatile boolean interrupted;

    /**
     * Creates the command.
     *
     * @param in       the lines to send
     * @param terminal whether a terminal shows the output
     */
    ClientCommand(InputStream in, boolean terminal) {
        this.in = in;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.toStandardError(Level.WARNING);
        ClientRequest request = options.request();
        ConnectionReport report = new ConnectionReport(spec.commandLine().getErr(), verbose);
        try (WebSocketClient client = WebSocketClient.builder()
                .transport(transport.chosen())
                .socketOptions(options.socketOptions())
                .secure(options.tls(request))
                .proxy(options.proxy())
                .proxySecure(options.proxyTls())
                .threadName("ws")
                .build()) {
            WebSocket ws = connect(client, request, report);
            ShutdownHook hook = ShutdownHook.install(() -> interrupted(client, ws));
            try {
                report.opened(ws);
                return converse(ws, report);
            } finally {
                hook.remove();
            }
        }
    }

    /** Handles ^C: sends 1001 to the server and exits. */
    private int interrupted(WebSocketClient client, WebSocket ws) throws InterruptedException {
        interrupted = !ws.closeFuture().isDone();
        client.stop(STOP_DEADLINE);
        return exitCode(ws.closeFuture().join());
    }

    private static WebSocket connect(WebSocketClient client, ClientRequest request, ConnectionReport report)
            throws IOException, InterruptedException {
        try {
            return client.connect(request);
        } catch (HandshakeException refused) {
            report.refused(refused);
            throw refused;
        }
    }

    private int converse(WebSocket ws, ConnectionReport report) throws IOException, InterruptedException {
        LineSender sender = new LineSender(ws, in, binary, ping, report);
        sender.start();
        MessagePrinter printer = new MessagePrinter(spec.commandLine().getOut(), terminal);
        long received = 0;
        for (Message message; (message = next(ws)) != null;) {
            received++;
            printer.print(message);
        }
        CloseInfo info = ws.closeFuture().join();
        int code = exitCode(info);
        report.closed(info, code == 0, sender.lines(), received);
        return code;
    }

    /** Returns the next message; null at any end, which {@link CloseInfo} describes. */
    private static Message next(WebSocket ws) throws InterruptedException {
        try {
            return ws.receive();
        } catch (RuntimeException ended) {
            if (ws.readyState() == ReadyState.OPEN) {
                throw ended;
            }
            return null;
        }
    }

    /**
     * An end that is not normal is a failure, because lines may be lost. 1001 (going away) is a failure too.
     */
    private int exitCode(CloseInfo info) {
        boolean normal = info.normal() && info.code() != CloseCode.GOING_AWAY;
        return normal || interrupted ? 0 : 1;
    }
}
