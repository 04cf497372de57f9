package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.HandshakeException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A Duplex client against Jetty's server. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#everyCompression")
class JettyServerTest extends ServerContract {
    @Override
    ForeignServer newServer() throws Exception {
        return new JettyServer(setting.security());
    }

    @Test
    void a401IsReportedWithItsChallengeAndBody() {
        HandshakeException refusal = refusal(JettyServer.LOCKED);
        assertEquals(401, refusal.response().orElseThrow().status());
        assertEquals("Basic realm=\"interop\"",
                refusal.response().orElseThrow().headers().first("WWW-Authenticate").orElseThrow());
        assertEquals(JettyServer.LOCKED_BODY, new String(refusal.body(), StandardCharsets.UTF_8));
    }
}
