package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.Transport;
import io.duplex.transport.bio.BioTransport;
import io.duplex.transport.loom.LoomTransport;
import io.duplex.transport.nio.NioTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("transports")
@Timeout(60)
class ChatServerTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Parameter
    Transport transport;

    private WebSocketServer server;
    private WebSocketClient client;

    static List<Transport> transports() {
        return List.of(new BioTransport(), new NioTransport(), new LoomTransport());
    }

    @BeforeEach
    void start() throws Exception {
        server = ChatServer.start(ServerSettings.of(transport));
        client = WebSocketClient.builder().transport(new NioTransport(1)).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private WebSocket join(String query) throws Exception {
        return client.connect(request(query));
    }

    private ClientRequest request(String query) {
        return ClientRequest.builder(URI.create(server.uri(ChatServer.CHAT_PATH) + query)).build();
    }

    private static String next(WebSocket ws) throws Exception {
        return ((Message.Text) ws.receive()).text();
    }

    private static void expect(WebSocket ws, String... messages) throws Exception {
        for (String message : messages) {
            assertEquals(message, next(ws));
        }
    }

    @Test
    void everybodyReadsWhatOneSays() throws Exception {
        WebSocket first = join("");
        expect(first, "log:You are 1", "connected:1");
        WebSocket ada = join("?name=Ada%20L");
        expect(ada, "log:You are Ada_L", "connected:2");
        expect(first, "log:Ada_L joined", "connected:2");

        ada.send("grüß <script>alert(1)</script>\r\n👋");
        for (WebSocket ws : List.of(first, ada)) {
            expect(ws, "log:Ada_L says: grüß <script>alert(1)</script> 👋");
        }

        ada.closeAndWait(java.time.Duration.ofSeconds(10));
        expect(first, "log:Ada_L left", "connected:1");
    }

    @Test
    void oneParticipantReadsWhatIsForItAlone() throws Exception {
        WebSocket ada = join("?name=Ada");
        WebSocket bob = join("?name=Bob");
        WebSocket eve = join("?name=Eve");
        ada.send("/to Bob psst, over here");
        ada.send("/to Zoe hello");
        ada.send("/to Bob");
        ada.send("to all");
        expect(ada, "log:You are Ada", "connected:1", "log:Bob joined", "connected:2", "log:Eve joined",
                "connected:3", "log:You say to Bob: psst, over here", "log:There is no Zoe here",
                "log:To one participant: /to ID text", "log:Ada says: to all");
        expect(bob, "log:You are Bob", "connected:2", "log:Eve joined", "connected:3",
                "log:Ada says to you: psst, over here", "log:Ada says: to all");
        expect(eve, "log:You are Eve", "connected:3", "log:Ada says: to all");
    }

    @Test
    void aLateJoinerReadsTheLastLines() throws Exception {
        List<String> said = new ArrayList<>();
        for (int speaker = 0; speaker < 7; speaker++) {
            WebSocket ws = join("?name=S" + speaker);
            for (int i = 0; i < 9; i++) {
                ws.send("line " + i);
                String line = "log:S" + speaker + " says: line " + i;
                said.add(line);
                while (!next(ws).equals(line)) {
                    // What was there before.
                }
            }
        }
        WebSocket late = join("?name=late");
        expect(late, said.subList(said.size() - ChatRoom.HISTORY_LINES, said.size()).toArray(String[]::new));
        expect(late, "log:You are late", "connected:8");
    }

    @Test
    void namesAreUniqueAndNoNumbers() throws Exception {
        expect(join("?name=Ada"), "log:You are Ada");
        expect(join("?name=Ada"), "log:You are Ada-2");
        expect(join("?name=7"), "log:You are _7");
        expect(join("?name=%20%09"), "log:You are 4");
        expect(join("?name=e@x"), "log:You are ex");
        expect(join("?name=" + "n".repeat(40)), "log:You are " + "n".repeat(32));
    }

    @Test
    void boundsSizeAndRate() throws Exception {
        WebSocket ws = join("");
        expect(ws, "log:You are 1", "connected:1");
        ws.send("x".repeat(ChatText.MAX_CHARS + 1));
        expect(ws, "log:Not sent: the message has 2001 characters, and 2000 are the most");
        for (int i = 0; i < 2000; i++) {
            ws.trySend(io.duplex.PreparedMessage.text("flood"));
        }
        int heard = 0;
        boolean warned = false;
        for (String line = "log:1 says: flood";
                ws.readyState() == io.duplex.ReadyState.OPEN || line != null;) {
            line = lastOr(ws);
            heard += "log:1 says: flood".equals(line) ? 1 : 0;
            warned |= "log:Not sent: that is too fast; wait a moment".equals(line);
        }
        assertTrue(warned && heard < 100, heard + " lines got through");
        CloseInfo info = ws.closeFuture().get();
        assertEquals(1008, info.code());
        assertEquals("too many messages", info.reason());
    }

    /** The next message, or null after the end, whatever that was. */
    private static String lastOr(WebSocket ws) throws Exception {
        try {
            return next(ws);
        } catch (ConnectionClosedException end) {
            return null;
        }
    }

    @Test
    void aPostPutsALineIn() throws Exception {
        WebSocket ada = join("?name=Ada");
        expect(ada, "log:You are Ada", "connected:1");
        assertEquals(200, post("/say?name=Ada", "by HTTP, grüß").statusCode());
        assertEquals(200, post("/say", "no\nname").statusCode());
        expect(ada, "log:Ada@HTTP says: by HTTP, grüß", "log:@HTTP says: no name");
        assertEquals(400, post("/say", " \n").statusCode());
        assertEquals(413, post("/say", "x".repeat(ChatText.MAX_CHARS + 1)).statusCode());
        assertEquals(403, post("/say", "from a foreign page", "Origin", "https://evil.example").statusCode());
        int refusals = 0;
        for (int i = 0; i < 100; i++) {
            refusals += post("/say", "flood").statusCode() == 429 ? 1 : 0;
        }
        assertTrue(refusals > 0);
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aHugeMessageAndABinaryOneEndTheConnection() throws Exception {
        WebSocket huge = join("");
        huge.send("x".repeat(ChatServer.MAX_MESSAGE_BYTES + 1));
        assertEquals(1009, huge.closeFuture().get().code());
        WebSocket binary = join("");
        binary.send(new byte[1]);
        assertEquals(1003, binary.closeFuture().get().code());
    }

    @Test
    void aThousandParticipantsReadOneLine() throws Exception {
        int count = transport instanceof NioTransport ? 1000 : 200;
        CountDownLatch heard = new CountDownLatch(count);
        AtomicInteger largest = new AtomicInteger();
        WebSocketHandler listener = new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) {
                if (text.equals("log:caller says: hello, all of you")) {
                    heard.countDown();
                } else if (text.startsWith("connected:")) {
                    largest.accumulateAndGet(Integer.parseInt(text.substring(10)), Math::max);
                }
            }
        };
        for (int i = 1; i < count; i++) {
            client.connect(request(""), listener).get();
        }
        WebSocket caller = client.connect(request("?name=caller"), listener).get();
        caller.send("hello, all of you");
        assertTrue(heard.await(40, TimeUnit.SECONDS), () -> heard.getCount() + " have not read it");
        assertEquals(count, largest.get());
    }
}
