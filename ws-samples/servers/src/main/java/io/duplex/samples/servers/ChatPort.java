package io.duplex.samples.servers;

import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The chat's own default port, so that it can run beside the echo server. */
final class ChatPort implements IDefaultValueProvider {
    private static final String PORT = "7777";

    ChatPort() {}

    @Override
    public String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option && option.longestName().equals("--port") ? PORT : null;
    }
}
