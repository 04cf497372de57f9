package io.duplex.samples.servers;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code ws} command. It does nothing by itself: each sample is a subcommand. */
@Command(name = "ws",
        versionProvider = Version.class,
        description = "WebSocket servers and a client, on the transport you choose.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class Ws implements Runnable {
    @Spec
    private CommandSpec spec;

    private Ws() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // Not in that class: with it the JDK's own would be made.
        System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
        // UTF-8 whatever the locale: what is a pipe's end here may be on another machine's pipe there.
        PrintWriter out =
                new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintWriter err =
                new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(commandLine(Terminal.input(), Terminal.isOutput()).setOut(out).setErr(err).execute(args));
    }

    /**
     * The command with its subcommands.
     *
     * @param in       what the client sends
     * @param terminal whether a person's terminal shows the output
     */
    static CommandLine commandLine(InputStream in, boolean terminal) {
        return new CommandLine(new Ws()).addSubcommand(new EchoCommand())
                .addSubcommand(new ClientCommand(in, terminal))
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler(Failures::execution);
    }

    /** Refuses a command line that names no sample. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command: echo or client.");
    }
}
