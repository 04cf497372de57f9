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

/** The {@code ws} command. By itself it lists the samples; each is a subcommand. */
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
        // Not in that class: with it the JDK's own would be made.
        System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
        // UTF-8 whatever the locale: what is a pipe's end here may be on another machine's pipe there.
        PrintWriter out =
                new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintWriter err =
                new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(commandLine(System.in, Terminal.isOutput()).setOut(out).setErr(err).execute(args));
    }

    /**
     * The command with its subcommands.
     *
     * @param in       what the client sends
     * @param terminal whether a person's terminal shows the output
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
