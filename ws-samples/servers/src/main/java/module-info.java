/** The sample servers and the {@code ws} command. */
module io.duplex.samples.servers {
    requires info.picocli;
    requires io.duplex.core;
    requires io.duplex.tls;
    requires io.duplex.transport.bio;
    requires io.duplex.transport.nio;
    requires java.logging;

    uses io.duplex.transport.Transport;

    // The log manager is made by the JDK, from its name.
    exports io.duplex.samples.servers to
            java.logging;

    opens io.duplex.samples.servers to
            info.picocli;
}
