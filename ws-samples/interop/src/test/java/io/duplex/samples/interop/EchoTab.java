package io.duplex.samples.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The echo page in a browser's tab, in the words of its user. What the page complains about on the console is
 * kept.
 */
final class EchoTab implements AutoCloseable {
    private static final double PATIENCE_MILLIS = 15_000;

    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    EchoTab(Browser browser) {
        page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1280, 900));
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onConsoleMessage(message -> {
            if (!message.type().equals("log")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    /** Reloads the page, without its previous content. */
    void load(URI address) {
        complaints.clear();
        page.navigate(address.toString());
    }

    Locator element(String id) {
        return page.locator("#" + id);
    }

    /** The rows of one kind, oldest first. */
    Locator rows(String kind) {
        return page.locator("#log .row." + kind);
    }

    /** The only row of its kind, once it is there. */
    Locator row(String kind) {
        assertThat(rows(kind)).hasCount(1);
        return rows(kind);
    }

    String title() {
        return page.title();
    }

    void connect() {
        element("connect").click();
        assertThat(element("ready-state")).hasAttribute("data-state", "open");
    }

    /** Connects to a port without a server. */
    void connectInVain(URI address) {
        element("address").fill(address.toString());
        element("connect").click();
        assertThat(element("ready-state")).hasAttribute("data-state", "closed");
    }

    void disconnect(String code, String reason) {
        element("close-code").fill(code);
        element("close-reason").fill(reason);
        element("disconnect").click();
    }

    void sendText(String text) {
        element("text").fill(text);
        element("send").click();
    }

    /** Checks the row of the only Close. */
    void assertClosed(int code, String reason, boolean clean) {
        Locator row = row("close");
        assertEquals(List.of(Integer.toString(code), reason, Boolean.toString(clean)),
                List.of(row.getAttribute("data-code"), row.getAttribute("data-reason"),
                        row.getAttribute("data-was-clean")));
        assertThat(element("ready-state")).hasAttribute("data-state", "closed");
    }

    /** Nothing was written to the console but Chromium's own notes on connections that failed. */
    void assertNoComplaints() {
        assertEquals(List.of(),
                complaints.stream()
                        .filter(text -> !text.startsWith("WebSocket connection to 'ws"))
                        .toList());
    }

    byte[] picture(Path file) {
        return page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
    }

    @Override
    public void close() {
        page.close();
    }
}
