package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenSSL's {@code s_client} as the TLS under a WebSocket client made of bytes, in both versions of TLS. */
@ExtendWith(OpensslTest.Openssl.class)
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpensslTest {
    private static final String UPGRADE = "GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    static Stream<Arguments> settingsAndVersions() {
        return Setting.plain()
                .filter(setting -> setting.security().isSecure())
                .flatMap(setting -> Stream.of("-tls1_3", "-tls1_2")
                        .map(version -> Arguments.of(setting, version)));
    }

    /**
     * A text "hello" and a Close with 1000, together with the request; masked with zeros, so that they can be
     * read.
     */
    private static byte[] conversation() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(UPGRADE.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(new byte[] { (byte) 0x81, (byte) 0x85, 0, 0, 0, 0, 'h', 'e', 'l', 'l', 'o' });
        bytes.writeBytes(new byte[] { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe8 });
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("settingsAndVersions")
    void opensslGetsItsEchoAndACleanEnd(Setting setting, String version) throws Exception {
        try (DuplexEcho server = new DuplexEcho(setting)) {
            Process openssl = new ProcessBuilder(List.of("openssl", "s_client", "-connect",
                    "127.0.0.1:" + server.server().port(), version, "-quiet", "-verify_return_error",
                    "-verify_ip", "127.0.0.1", "-CAfile", TestCertificate.chain().toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            openssl.getOutputStream().write(conversation());
            openssl.getOutputStream().flush();
            byte[] answer = openssl.getInputStream().readAllBytes();
            String said = new String(answer, StandardCharsets.ISO_8859_1);
            assertTrue(said.startsWith("HTTP/1.1 101 Switching Protocols\r\n"), said);
            assertTrue(said.endsWith("\r\n\r\n\u0081\u0005hello\u0088\u0002\u0003\u00e8"), said);
            assertEquals(0, openssl.waitFor());
            CloseInfo info = server.closed().next();
            assertTrue(info.clean(), info::toString);
            assertEquals("TLSv1." + version.charAt(version.length() - 1),
                    server.opened().next().tlsSession().orElseThrow().getProtocol());
        }
    }

    /** Skips the tests where there is none, but fails where the environment says {@code CI=true}. */
    static final class Openssl implements ExecutionCondition {
        private static final String MISSING =
                "There is no openssl on the search path: apt-get install openssl";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                new ProcessBuilder("openssl", "version").start().destroy();
                return ConditionEvaluationResult.enabled("openssl is there");
            } catch (IOException e) {
                if ("true".equals(System.getenv("CI"))) {
                    throw new IllegalStateException(MISSING, e);
                }
                return ConditionEvaluationResult.disabled(MISSING);
            }
        }
    }
}
