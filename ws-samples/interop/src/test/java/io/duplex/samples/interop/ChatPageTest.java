package io.duplex.samples.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.duplex.transport.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chat sample's page in a real browser, with two people. */
@ExtendWith(Chromium.class)
@Timeout(90)
class ChatPageTest {
    private static final double PATIENCE_MILLIS = 15_000;

    private final List<BrowserContext> people = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    @AfterEach
    void leave() {
        people.forEach(BrowserContext::close);
        assertEquals(List.of(),
                complaints.stream()
                        .filter(text -> !text.startsWith("WebSocket connection to 'ws"))
                        .toList());
    }

    /** Opens the page, as a person of its own. */
    private Page person(Browser browser, URI page, String name, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        people.add(context);
        Page tab = context.newPage();
        tab.setDefaultTimeout(PATIENCE_MILLIS);
        tab.onConsoleMessage(message -> complaints.add(message.text()));
        tab.onPageError(complaints::add);
        tab.navigate(page + "?name=" + name);
        assertThat(tab.locator("#state")).hasText("Connected to server");
        return tab;
    }

    private Page person(Browser browser, URI page, String name) {
        return person(browser, page, name, new Browser.NewContextOptions().setViewportSize(1000, 700));
    }

    private static void say(Page tab, String text) {
        tab.locator("#text").fill(text);
        tab.locator("#send").click();
        assertThat(tab.locator("#text")).hasValue("");
    }

    private static Locator last(Page tab) {
        return tab.locator("#log li").last();
    }

    @ParameterizedTest
    @MethodSource("io.duplex.samples.interop.Setting#transports")
    void twoPeopleChat(Transport transport, Browser browser) throws Exception {
        try (SampleServer server = new SampleServer("chat", transport)) {
            Page ada = person(browser, server.page(), "Ada");
            Page bob = person(browser, server.page(), "Bob");
            assertThat(ada.locator("#participants")).hasText("2");
            assertThat(last(ada)).hasText("Bob joined");
            say(ada, "hello Bob");
            assertThat(last(bob)).hasText("Ada says: hello Bob");
            say(bob, "/to Ada psst");
            assertThat(last(ada)).hasText("Bob says to you: psst");
            assertThat(last(bob)).hasText("You say to Ada: psst");
            people.getLast().close();
            assertThat(last(ada)).hasText("Bob left");
            assertThat(ada.locator("#participants")).hasText("1");
        }
    }

    @Test
    void whatSomebodyWritesIsShownAndNotObeyed(Browser browser) throws Exception {
        try (SampleServer server = new SampleServer("chat", Setting.transports().getFirst())) {
            Page ada = person(browser, server.page(), "Ada");
            Page bob = person(browser, server.page(), "%3Cb%3EBob%3C/b%3E");
            assertThat(last(ada)).hasText("<b>Bob</b> joined");
            for (String markup : List.of("<script>document.title='taken'</script>",
                    "<img src=x onerror=\"document.title='taken'\">", "</li><li>two</li>", "&lt;b&gt;",
                    "javascript:alert(1)", "<svg onload=document.title='taken'>", "‮reversed")) {
                say(bob, markup);
                assertThat(last(ada)).hasText("<b>Bob</b> says: " + markup);
            }
            assertThat(ada.locator("#log script, #log img, #log svg")).hasCount(0);
            assertThat(ada.locator("#log b")).hasCount(7);
            assertEquals("Duplex chat", ada.title());
        }
    }

    @Test
    void comesBackAfterTheServerAndTheNetworkDid(Browser browser) throws Exception {
        Transport transport = Setting.transports().getFirst();
        int port;
        Page ada;
        try (SampleServer server = new SampleServer("chat", transport)) {
            port = server.port();
            ada = person(browser, server.page(), "Ada");
            say(ada, "before");
            assertThat(last(ada)).hasText("Ada says: before");
        }
        assertThat(ada.locator("#send")).isDisabled();
        assertThat(ada.locator("#state")).not().hasText("Connected to server");
        assertThat(last(ada)).hasText("Ada says: before");
        try (SampleServer server =
                new SampleServer("chat", transport, "--port", Integer.toString(port))) {
            assertThat(ada.locator("#state")).hasText("Connected to server");
            say(ada, "after");
            assertThat(last(ada)).hasText("Ada says: after");

            people.getFirst().setOffline(true);
            assertThat(ada.locator("#state")).hasText("offline");
            Page bob = person(browser, server.page(), "Bob");
            say(bob, "said meanwhile");
            people.getFirst().setOffline(false);
            assertThat(ada.locator("#state")).hasText("Connected to server");
            assertThat(ada.locator("#log li", new Page.LocatorOptions().setHasText("said meanwhile")))
                    .hasCount(1);
        }
    }

    @Test
    void looksWellOnAScreenAndAPhoneInLightAndDark(Browser browser) throws Exception {
        try (SampleServer server = new SampleServer("chat", Setting.transports().getFirst())) {
            Page bob = person(browser, server.page(), "Bob");
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (int width : new int[] { 1000, 390 }) {
                    Page ada = person(browser, server.page(), "Ada", new Browser.NewContextOptions()
                            .setColorScheme(scheme)
                            .setViewportSize(width, 700));
                    say(ada, "It works on every transport.");
                    say(bob, "And over TLS: " + "a long line that must not make the page wider ".repeat(6));
                    assertThat(last(ada)).containsText("Bob says");
                    Object overflow = ada.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
                    assertEquals(0, overflow);
                    Path file =
                            Path.of("target", "chat-page-" + width + "-" + scheme.name().toLowerCase()
                                    + ".png");
                    assertFalse(ada.screenshot(new Page.ScreenshotOptions().setPath(file)).length == 0);
                    people.removeLast().close();
                }
            }
        }
    }
}
