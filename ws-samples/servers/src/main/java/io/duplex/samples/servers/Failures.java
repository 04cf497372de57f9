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
 * Reports a failed command: a line on the error stream, and exit code 2 for wrong usage, 1 for the rest.
 */
final class Failures {
    private Failures() {}

    /** Reports wrong usage. The full usage would scroll the message away, so only its option is named. */
    static int usage(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        say(command, wrong.getMessage());
        command.getErr().println("Try '" + name + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Reports expected failures as a sentence. Anything else is a bug: picocli prints its stack trace.
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

    /** Returns a message: some exceptions of the JDK have only the name of a file, or no message. */
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
        // The text may come from the peer, such as the names in a certificate.
        String line = what.lines().map(String::strip).collect(Collectors.joining(" "));
        command.getErr().println(Ansi.AUTO.string("@|bold " + name + ":|@ ") + Terminal.harmless(line));
    }
}
