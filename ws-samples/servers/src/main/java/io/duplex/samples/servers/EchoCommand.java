package io.duplex.samples.servers;

import io.duplex.server.WebSocketServer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of {@link EchoServer}. */
@Command(name = "echo",
        versionProvider = Version.class,
        description = "Sends every message back on /echo, and to every connection on /broadcast. A "
                + "browser finds a page on /.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = { "0:^C (SIGINT) or SIGTERM ended the server.",
            "1:It could not start; the error stream says why.",
            "2:The command line is wrong." },
        mixinStandardHelpOptions = true)
final class EchoCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Option(names = "--close-on", paramLabel = "WORD",
            description = "On /echo, close normally (1000) after this text message was echoed.")
    private Optional<String> closeWord = Optional.empty();

    EchoCommand() {}

    @Override
    public Integer call() throws IOException {
        ServerSettings settings = options.prepared();
        closeWord.ifPresent(word -> LOG.log(System.Logger.Level.DEBUG, () -> "= close-on '" + word + "'"));
        WebSocketServer server = EchoServer.start(settings, closeWord);
        return Foreground.serve(server, spec.commandLine().getOut(), EchoServer.ECHO_PATH, settings);
    }
}
