package io.duplex.samples.servers;

import io.duplex.Limits;
import io.duplex.http.HttpHandler;
import io.duplex.samples.web.HttpRoutes;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import java.io.IOException;

/** The chat: one room, and the page for it. */
final class ChatServer {
    static final String CHAT_PATH = "/chat";
    static final String SAY_PATH = "/say";
    /**
     * Larger than the longest chat message in UTF-8, so that a text that is slightly too long gets an answer
     * and not a close.
     */
    static final int MAX_MESSAGE_BYTES = 16 << 10;

    private ChatServer() {}

    /**
     * Binds and starts.
     *
     * @param settings the settings; {@link #MAX_MESSAGE_BYTES} replaces their limit of messages
     * @return the running server, which the caller stops
     * @throws IOException if the address cannot be bound
     */
    static WebSocketServer start(ServerSettings settings) throws IOException {
        ChatRoom room = new ChatRoom();
        Endpoint chat = settings.endpoint()
                .options(settings.options().withLimits(Limits.DEFAULT.withMaxMessageBytes(MAX_MESSAGE_BYTES)))
                .handlers(request -> new ChatHandler(room,
                        request.target().queryParameter("name").flatMap(ChatText::name)))
                .build();
        HttpRoutes.Builder routes =
                HttpRoutes.builder().route("POST", SAY_PATH, HttpHandler.of(new ChatPosts(room)::say));
        return settings.server()
                .endpoint(CHAT_PATH, chat)
                .http(SamplePage.of("chat", settings, routes, "index.html", "page.css", "chat.css",
                        "connection.js",
                        "chat.js", "favicon.svg"))
                .start();
    }
}
