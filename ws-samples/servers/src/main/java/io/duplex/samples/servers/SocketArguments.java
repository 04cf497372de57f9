package io.duplex.samples.servers;

import io.duplex.CloseMode;
import io.duplex.transport.SocketOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Socket options and close mode, of servers and clients. */
final class SocketArguments {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private SocketOptions socketOptions = SocketOptions.DEFAULT;
    private CloseMode closeMode = CloseMode.HALF_CLOSE;

    @Option(names = "--socket-option", paramLabel = "NAME=VALUE",
            description = { "Set a socket option by its classic name: TCP_NODELAY=off, SO_RCVBUF=256k,"
                    + " SO_KEEPALIVE=on, TCP_KEEPIDLE=30s. May be repeated; docs/socket-options.md has "
                    + "them all." })
    private void socketOptions(List<String> assignments) {
        try {
            socketOptions = SocketOptions.of(assignments.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw wrong("--socket-option: " + e.getMessage());
        }
    }

    @Option(names = "--close-mode", paramLabel = "MODE", defaultValue = "half-close",
            description = {
                "The close mode of this endpoint: half-close, acknowledged, background, linger:5s or reset.",
                "Default: ${DEFAULT-VALUE}" })
    private void closeMode(String mode) {
        try {
            closeMode = CloseMode.parse(mode);
        } catch (IllegalArgumentException e) {
            throw wrong("--close-mode: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Returns the options that were set. */
    SocketOptions socketOptions() {
        return socketOptions;
    }

    CloseMode closeMode() {
        return closeMode;
    }
}
