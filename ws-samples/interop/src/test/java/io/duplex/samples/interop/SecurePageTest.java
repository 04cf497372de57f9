package io.duplex.samples.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.PlaywrightException;
import io.duplex.transport.Transport;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The echo sample in TLS in a real browser: the page comes by https and connects by wss to where it came
 * from.
 */
@ExtendWith(Chromium.class)
@Timeout(60)
class SecurePageTest {
    static Stream<Arguments> transportsAndProviders() {
        return Setting.transports()
                .stream()
                .flatMap(transport -> Stream.of("jdk", "bc").map(tls -> Arguments.of(transport, tls)));
    }

    @ParameterizedTest
    @MethodSource("transportsAndProviders")
    void aConversationOverHttpsAndWss(Transport transport, String provider, Browser browser)
            throws Exception {
        try (SampleServer server = new SampleServer("echo", transport, "--tls", provider, "--deflate",
                "--cert", TestCertificate.chain().toString(), "--key", TestCertificate.key().toString())) {
            try (EchoTab tab = new EchoTab(browser)) {
                tab.load(server.page());
                assertTrue(server.socket().toString().startsWith("wss:"), server.socket()::toString);
                assertThat(tab.element("address")).hasValue(server.socket().toString());
                assertThat(tab.element("secure")).isChecked();
                tab.connect();
                tab.sendText("Hello, 世界!");
                assertThat(tab.rows("response")).hasCount(1);
                assertThat(tab.rows("response").first().locator(".body")).hasText("Hello, 世界!");
                tab.element("send-64kib").click();
                assertThat(tab.rows("response")).hasCount(2);
                tab.disconnect("1000", "done");
                tab.assertClosed(1000, "done", true);
                Path picture = Path.of("target", "echo-page-" + transport.name() + "-" + provider + ".png");
                assertFalse(tab.picture(picture).length == 0);
                tab.assertNoComplaints();
            }
            server.signal();
            assertEquals(0, server.exitCode());
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefusedByTheBrowser(Browser browser) throws Exception {
        try (SampleServer server =
                new SampleServer("echo", Setting.transports().getFirst(), "--tls", "jdk", "--self-signed");
                EchoTab tab = new EchoTab(browser)) {
            PlaywrightException refused =
                    assertThrows(PlaywrightException.class, () -> tab.load(server.page()));
            assertTrue(refused.getMessage().contains("ERR_CERT_AUTHORITY_INVALID"), refused::getMessage);
        }
    }
}
