package io.duplex.samples.servers;

import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Default port of the chat, so that it can run at the same time as the echo server. */
final class ChatPort implements IDefaultValueProvider {
    private static final String PORT = "7777";

    ChatPort() {}

    @Override
    public String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option && option.longestName().equals("--port") ? PORT : null;
    }
}
