/** The sample servers and the {@code ws} command. */
module io.duplex.samples.servers {
    requires info.picocli;
    requires io.duplex.core;
    requires io.duplex.transport.bio;

    opens io.duplex.samples.servers to info.picocli;
}
