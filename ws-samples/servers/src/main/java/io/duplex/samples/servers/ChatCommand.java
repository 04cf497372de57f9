package io.duplex.samples.servers;

import io.duplex.server.WebSocketServer;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of {@link ChatServer}. */
@Command(name = "chat",
        versionProvider = Version.class,
        defaultValueProvider = ChatPort.class,
        description = {
            "A chat room on /chat, with a page for it on /. Join with a name by ?name=NAME; write to one"
                    + " participant by '/to ID text'." },
        mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    ChatCommand() {}

    @Override
    public Integer call() throws IOException {
        ServerSettings settings = options.prepared();
        WebSocketServer server = ChatServer.start(settings);
        return Foreground.serve(server, spec.commandLine().getOut(), ChatServer.CHAT_PATH, settings);
    }
}
