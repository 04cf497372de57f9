package io.duplex.samples.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The echo sample's page and server in a real browser, by hand as it were. */
@ExtendWith(Chromium.class)
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#transports")
@Timeout(60)
class BrowserPageTest {
    private static final String CLOSE_WORD = "good night";
    private static final int MEBIBYTE = 1 << 20;

    private static EchoTab tab;
    private static SampleServer server;

    @Parameter
    Transport transport;

    @BeforeAll
    static void openTab(Browser browser) {
        tab = new EchoTab(browser);
    }

    @AfterAll
    static void closeTab() {
        tab.close();
    }

    @BeforeParameterizedClassInvocation
    static void startServer(Transport transport) throws IOException {
        server = new SampleServer("echo", transport, "--deflate", "--close-on", CLOSE_WORD);
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void load() {
        tab.load(server.page());
    }

    @AfterEach
    void assertNoComplaints() {
        tab.assertNoComplaints();
    }

    // ---- opening ------------------------------------------------------------------------------------------

    @Test
    void thePageOffersItsOwnServersAddress() {
        assertThat(tab.element("address")).hasValue(server.socket().toString());
        assertThat(tab.element("secure")).not().isChecked();
        assertThat(tab.element("ready-state")).hasAttribute("data-state", "none");
        assertThat(tab.element("send")).isDisabled();
    }

    @Test
    void compressionShowsInExtensions() {
        tab.connect();
        assertTrue(tab.element("extensions").textContent().startsWith("permessage-deflate"));
        assertThat(tab.element("protocol")).hasText("none");
    }

    @Test
    void theSubprotocolIsShown() {
        tab.element("subprotocol").fill("first, second");
        tab.connect();
        assertThat(tab.element("protocol")).hasText("first");
    }

    @Test
    void aRefusedConnectionShowsAnErrorAnd1006() throws IOException {
        int freePort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = socket.getLocalPort();
        }
        tab.connectInVain(URI.create("ws://127.0.0.1:" + freePort + "/echo"));
        tab.row("error");
        tab.assertClosed(1006, "", false);
    }

    @Test
    void anUnknownPathShowsAnErrorAnd1006() {
        tab.connectInVain(server.socket().resolve("/nothing"));
        tab.row("error");
        tab.assertClosed(1006, "", false);
    }

    // ---- messages -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = { "", "hello", "é 漢字 𝄞 👩‍👩‍👧" })
    void textComesBackWithItsRoundTrip(String text) {
        tab.connect();
        tab.sendText(text);
        Locator row = tab.row("response");
        assertThat(row.locator(".body")).hasText(text.isEmpty() ? new String[0] : new String[] { text });
        assertEquals("text", row.getAttribute("data-type"));
        assertTrue(Double.parseDouble(row.getAttribute("data-rtt-ms")) >= 0);
    }

    @Test
    void markupIsShownAndNotObeyed() {
        String markup =
                "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script><b>";
        String title = tab.title();
        tab.connect();
        tab.sendText(markup);
        assertThat(tab.row("response").locator(".body")).hasText(markup);
        assertThat(tab.element("log").locator("img, script, b")).hasCount(0);
        assertEquals(title, tab.title());
    }

    @ParameterizedTest
    @ValueSource(strings = { "blob", "arraybuffer" })
    void aFileComesBackAs(String type) {
        tab.element("as-" + type).check();
        tab.connect();
        tab.element("file")
                .setInputFiles(
                        new FilePayload("mixture.bin", "application/octet-stream",
                                Samples.mixture(MEBIBYTE)));
        tab.element("send-file").click();
        for (String kind : new String[] { "sent", "response" }) {
            Locator row = tab.row(kind);
            assertThat(row).hasAttribute("data-bytes", Integer.toString(MEBIBYTE));
            assertThat(row).hasAttribute("data-type", type);
        }
        assertThat(tab.row("response").locator(".body"))
                .hasText(tab.row("sent").locator(".body").textContent());
        assertThat(tab.element("buffered-amount")).hasText("0");
    }

    @Test
    void aMebibyteOfRandomBytesComesBack() {
        tab.connect();
        tab.element("send-1mib").click();
        assertThat(tab.row("response")).hasAttribute("data-bytes", Integer.toString(MEBIBYTE));
    }

    // ---- closing ------------------------------------------------------------------------------------------

    @Test
    void theUsersCodeAndReasonComeBackAndAllIsClean() {
        tab.connect();
        tab.disconnect("4321", "bye, schön");
        tab.assertClosed(4321, "bye, schön", true);
    }

    @Test
    void aCloseWithoutCodeIs1005AndClean() {
        tab.connect();
        tab.disconnect("", "");
        tab.assertClosed(1005, "", true);
    }

    @Test
    void oneCanConnectAgain() {
        tab.connect();
        tab.disconnect("1000", "");
        tab.assertClosed(1000, "", true);
        tab.connect();
        tab.sendText("again");
        assertThat(tab.row("response").locator(".body")).hasText("again");
        assertThat(tab.rows("open")).hasCount(2);
    }

    @Test
    void theCloseWordIsEchoedAndCloses() {
        tab.connect();
        tab.sendText(CLOSE_WORD);
        tab.assertClosed(1000, "", true);
        assertThat(tab.row("response").locator(".body")).hasText(CLOSE_WORD);
    }

    @Test
    void aStoppingServerSays1001(Browser browser) throws Exception {
        try (SampleServer other = new SampleServer("echo", transport)) {
            try (EchoTab otherTab = new EchoTab(browser)) {
                otherTab.load(other.page());
                otherTab.connect();
                assertThat(otherTab.element("extensions")).hasText("none");
                other.signal();
                assertThat(otherTab.row("close")).hasAttribute("data-code", "1001");
                assertThat(otherTab.row("close")).hasAttribute("data-was-clean", "true");
                otherTab.assertNoComplaints();
            }
            // Not before: the server waits for the browser's idle HTTP connections too, which end with the
            // tab.
            assertEquals(0, other.exitCode());
        }
    }

    // ---- all together -------------------------------------------------------------------------------------

    @Test
    void aConversationIsShownInOrder() {
        tab.connect();
        tab.sendText("Hello, 世界!");
        assertThat(tab.rows("response")).hasCount(1);
        assertThat(tab.element("received-messages")).hasText("1 message");
        assertThat(tab.element("server")).containsText("transport " + transport.name() + " · TLS off");
        tab.element("send-64kib").click();
        assertThat(tab.rows("response")).hasCount(2);
        tab.disconnect("1000", "done");
        tab.assertClosed(1000, "done", true);
        Locator rows = tab.element("log").locator(".row");
        assertThat(rows)
                .hasClass(new String[] { "row info", "row open", "row sent", "row response", "row sent",
                    "row response", "row info", "row close" });
        assertFalse(tab.picture(Path.of("target", "echo-page-" + transport.name() + ".png")).length == 0);
    }
}
