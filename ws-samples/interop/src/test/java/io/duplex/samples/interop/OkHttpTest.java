package io.duplex.samples.interop;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** OkHttp against a Duplex server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#everyCompression")
class OkHttpTest extends ClientContract {
    @Override
    ForeignClient newClient() {
        return new OkHttpPeer();
    }
}
