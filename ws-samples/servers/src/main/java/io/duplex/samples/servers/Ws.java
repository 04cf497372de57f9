package io.duplex.samples.servers;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code ws} command. It does nothing by itself: each sample is a subcommand. */
@Command(name = "ws",
        version = "ws 0.1.0-SNAPSHOT",
        description = "WebSocket servers and a client, on the transport you choose.",
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
        System.exit(new CommandLine(new Ws()).execute(args));
    }

    /** Refuses a command line that names no sample. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }
}
