package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.sun.net.httpserver.HttpServer;
import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.frame.CloseStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Duplex server as seen by a script in a browser, through the standard interface, and the server of it.
 */
@ExtendWith(Chromium.class)
@ParameterizedClass(name = "{0}")
@MethodSource("io.duplex.samples.interop.Setting#plainAndKept")
@Timeout(30)
class BrowserSocketTest {
    private static final int PIPELINED = 200;

    /** Promises in place of events: open(path), then take() for the next message and closed for the end. */
    private static final String PRELUDE = """
            window.open_ = (path) => new Promise((resolve, reject) => {
                const socket = new WebSocket(server + path);
                socket.binaryType = "arraybuffer";
                const messages = [];
                let wake = () => {};
                const take = async () => {
                    while (messages.length === 0) {
                        await new Promise((resume) => { wake = resume; });
                    }
                    return messages.shift();
                };
                const closed = new Promise((ended) => {
                    socket.onclose = ({ code, reason, wasClean }) => ended({ code, reason, wasClean });
                });
                socket.onmessage = ({ data }) => { messages.push(data); wake(); };
                socket.onerror = () => reject(new Error("not opened"));
                socket.onopen = () => resolve({ socket, take, closed, messages });
            });
            """;

    private static HttpServer pages;
    private static Page page;

    @Parameter
    Setting setting;
    private DuplexEcho server;

    /** The pages come from a server of their own, so that the one that is tested has WebSockets only. */
    @BeforeAll
    static void openPage(Browser browser) throws IOException {
        pages = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        pages.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        pages.start();
        page = browser.newPage();
        page.addInitScript(PRELUDE);
    }

    @AfterAll
    static void closePage() {
        page.close();
        pages.stop(0);
    }

    @BeforeEach
    void start() throws Exception {
        server = new DuplexEcho(setting);
        load("127.0.0.1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void load(String host) {
        String address = "http://" + host + ":" + pages.getAddress().getPort() + "/";
        if (!page.url().equals(address)) {
            page.navigate(address);
        }
        page.evaluate("x => { window.server = x; }", server.uri("").toString());
    }

    /** Runs the body of an asynchronous function of x in the page and waits for what it returns. */
    private Object run(String body, Object x) {
        return page.evaluate("async (x) => {" + body + "}", x);
    }

    // ---- opening ------------------------------------------------------------------------------------------

    @Test
    void compressionIsNegotiatedWhereBothKnowIt() {
        Object extensions = run("return (await open_('/echo')).socket.extensions;", null);
        assertEquals(setting.compression() != Compression.OFF,
                extensions.toString().startsWith("permessage-deflate"), extensions::toString);
    }

    @Test
    void aPageFromElsewhereIsRefused() {
        load("localhost");
        assertThrows(PlaywrightException.class, () -> run("await open_('/echo');", null));
        assertEquals(Map.of(403, 1L), server.server().stats().refusedByStatus());
    }

    // ---- messages -----------------------------------------------------------------------------------------

    @Test
    void textComesBack() {
        List<String> texts = List.of("", "hello", Samples.MIXED_TEXT);
        assertEquals(texts, run("""
                const { socket, take } = await open_("/echo");
                x.forEach((text) => socket.send(text));
                return [await take(), await take(), await take()];
                """, texts));
    }

    @Test
    void aLoneSurrogateComesBackAsReplacementCharacter() {
        assertEquals("\uFFFD", run("const { socket, take } = await open_('/echo');"
                + " socket.send('\\uD800'); return take();", null));
    }

    @Test
    void binaryOfEveryLengthFormComesBack() {
        assertNull(run("""
                const { socket, take } = await open_("/echo");
                for (const size of x) {
                    const bytes = new Uint8Array(size).map((_, index) => (index * index) >> 3);
                    socket.send(bytes);
                    const back = new Uint8Array(await take());
                    if (back.length !== size || back.some((byte, index) => byte !== bytes[index])) {
                        throw new Error(`${size} bytes came back as ${back.length}, or others`);
                    }
                }
                """, List.of(0, 125, 126, 65_535, 65_536, 1 << 20)));
    }

    @Test
    void binaryTypeChoosesBlobOrArrayBuffer() {
        assertEquals(List.of("Blob", 3, "ArrayBuffer", 3), run("""
                const { socket, take } = await open_("/echo");
                socket.binaryType = "blob";
                socket.send(new Blob(["abc"]));
                const blob = await take();
                socket.binaryType = "arraybuffer";
                socket.send(new Uint8Array(3).buffer);
                const buffer = await take();
                return [blob.constructor.name, blob.size, buffer.constructor.name, buffer.byteLength];
                """, null));
    }

    @Test
    void pipelinedMessagesComeBackInOrder() {
        assertNull(run("""
                const text = (index) => `${index}: ` + "é漢𝄞".repeat(index);
                const { socket, take } = await open_("/echo");
                for (let i = 0; i < x; i++) {
                    socket.send(text(i));
                }
                for (let i = 0; i < x; i++) {
                    const back = await take();
                    if (back !== text(i)) {
                        throw new Error(`message ${i} came back as ${back}`);
                    }
                }
                """, PIPELINED));
    }

    @Test
    void bufferedAmountGrowsAndReturnsToZero() {
        assertEquals(List.of(1 << 20, 0), run("""
                const { socket, take } = await open_("/echo");
                socket.send(new Uint8Array(x));
                const before = socket.bufferedAmount;
                await take();
                return [before, socket.bufferedAmount];
                """, 1 << 20));
    }

    // ---- pings --------------------------------------------------------------------------------------------

    @Test
    void theBrowserAnswersTheServersPing() throws Exception {
        run("window.kept = await open_('/echo');", null);
        assertFalse(server.opened().next().ping().get(15, TimeUnit.SECONDS).isNegative());
    }

    // ---- closing ------------------------------------------------------------------------------------------

    @Test
    void whatIsSentRightBeforeThePageClosesArrives() throws Exception {
        Object closed = run("""
                const { socket, closed } = await open_("/sink");
                for (let i = 0; i < x; i++) {
                    socket.send(`message ${i}`);
                }
                socket.close(4002, "bye, schön");
                return closed;
                """, PIPELINED);
        assertEquals(Map.of("code", 4002, "reason", "bye, schön", "wasClean", true), closed);
        for (int i = 0; i < PIPELINED; i++) {
            assertEquals("message " + i, server.swallowed().next());
        }
        CloseInfo info = server.closed().next();
        assertEquals(new CloseStatus(4002, "bye, schön"), info.received().orElseThrow());
        assertTrue(info.clean(), info::toString);
    }

    @Test
    void whatIsSentRightBeforeTheServerClosesArrives() throws Exception {
        run("window.kept = await open_('/echo');", null);
        WebSocket ws = server.opened().next();
        for (int i = 0; i < PIPELINED; i++) {
            ws.send("message " + i);
        }
        ws.close(DuplexEcho.CLOSE_CODE, DuplexEcho.CLOSE_REASON);
        Object closed =
                run("const end = await kept.closed; return { ...end, messages: kept.messages.length };",
                        null);
        assertEquals(
                Map.of("code", DuplexEcho.CLOSE_CODE, "reason", DuplexEcho.CLOSE_REASON, "wasClean", true,
                        "messages", PIPELINED),
                closed);
        assertTrue(server.closed().next().clean());
    }

    @Test
    void aStoppingServerSays1001() throws Exception {
        run("window.kept = await open_('/echo');", null);
        server.close();
        assertEquals(Map.of("code", 1001, "wasClean", true),
                run("const { code, wasClean } = await kept.closed; return { code, wasClean };", null));
    }

    @Test
    void aPageThatIsLeftSays1001() throws Exception {
        run("window.kept = await open_('/echo');", null);
        page.navigate("about:blank");
        CloseInfo info = server.closed().next();
        assertEquals(1001, info.code());
        assertEquals(CloseInfo.Initiator.PEER, info.initiator());
    }
}
