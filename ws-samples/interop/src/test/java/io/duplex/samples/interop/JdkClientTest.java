package io.duplex.samples.interop;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The JDK's own client against a Duplex server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plain")
class JdkClientTest extends ClientContract implements Fragments {
    @Override
    ForeignClient newClient() {
        return new JdkClient();
    }

    @Override
    public ForeignClient.Connection connectForFragments() throws Exception {
        return connect();
    }
}
