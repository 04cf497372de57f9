package io.duplex.samples.servers;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code ws} command. Each sample is a subcommand; without one, the samples are listed. */
@Command(name = "ws",
        versionProvider = Version.class,
        description = "WebSocket servers and a client, on the transport that you choose.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class Ws implements Runnable {
    private static final Map<String, String> EXAMPLES = Map.of(
            "echo", "echo --transport loom",
            "chat", "chat --host 0.0.0.0",
            "client", "client ws://127.0.0.1:8080/echo");

    @Spec
    private CommandSpec spec;

    private Ws() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // Set here and not in that class: loading it would create the JDK's log manager first.
        System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
        // Always UTF-8: the output may be piped to a program with another locale.
        PrintWriter out =
                new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintWriter err =
                new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(commandLine(Terminal.input(), Terminal.isOutput()).setOut(out).setErr(err).execute(args));
    }

    /**
     * Creates the command with its subcommands.
     *
     * @param in       the lines that the client sends
     * @param terminal whether the output is a terminal
     */
    static CommandLine commandLine(InputStream in, boolean terminal) {
        return new CommandLine(new Ws()).addSubcommand(new EchoCommand())
                .addSubcommand(new ChatCommand())
                .addSubcommand(new ClientCommand(in, terminal))
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler(Failures::execution);
    }

    /** Lists the samples. */
    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("WebSocket servers and a client, on the transport that you choose.");
        out.println();
        spec.commandLine().getSubcommands().values().forEach(sample -> {
            CommandSpec command = sample.getCommandSpec();
            out.println("  ./ws " + EXAMPLES.get(command.name()));
            Stream.of(command.usageMessage().description()).forEach(line -> out.println("      " + line));
        });
        out.println();
        out.println("'ws COMMAND --help' lists the options.");
    }
}
