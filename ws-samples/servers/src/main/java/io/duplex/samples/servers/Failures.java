package io.duplex.samples.servers;

import io.duplex.tls.TlsException;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What becomes of a command that fails: a line on the error stream, and 2 for wrong usage, 1 for all else.
 */
final class Failures {
    private Failures() {}

    /** The whole usage would push the message off the screen, so it is only named. */
    static int usage(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        say(command, wrong.getMessage());
        command.getErr().println("Try '" + name + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * The world's failures are sentences. Anything else is a bug here, whose trace is wanted: it goes to
     * picocli.
     */
    static int execution(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        switch (failure) {
            case IOException io -> say(command, text(io) + advice(io));
            case UnsupportedOptionException refused -> say(command, refused.getMessage());
            case InterruptedException interrupted -> say(command, "interrupted");
            default -> throw failure;
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Some exceptions of the JDK have the name of a file as their message, or none. */
    static String text(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "no such file: " + missing.getFile();
            case AccessDeniedException denied -> "no permission for the file " + denied.getFile();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }

    private static String advice(IOException failure) {
        return failure instanceof TlsException tls
                && tls.reason() == TlsException.Reason.UNTRUSTED ? "; --cacert FILE says whom to trust" : "";
    }

    private static void say(CommandLine command, String what) {
        String name = command.getCommandSpec().qualifiedName();
        // A certificate's names, for one, are a stranger's words.
        String line = what.lines().map(String::strip).collect(Collectors.joining(" "));
        command.getErr().println(Ansi.AUTO.string("@|bold " + name + ":|@ ") + Terminal.harmless(line));
    }
}
