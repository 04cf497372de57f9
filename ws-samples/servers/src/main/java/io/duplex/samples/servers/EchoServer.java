package io.duplex.samples.servers;

import io.duplex.server.SubprotocolSelector;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.Preparation;
import java.io.IOException;
import java.util.Optional;

/** The echo server: two WebSocket endpoints and a web page on one port. */
final class EchoServer {
    static final String ECHO_PATH = "/echo";
    static final String BROADCAST_PATH = "/broadcast";

    private EchoServer() {}

    /**
     * Binds and starts.
     *
     * @param settings  the settings
     * @param closeWord the text message on {@code /echo} after whose echo the server closes
     * @return the running server, which the caller stops
     * @throws IOException if the address cannot be bound
     */
    static WebSocketServer start(ServerSettings settings, Optional<String> closeWord) throws IOException {
        Preparation.loadOnly(EchoServer.class);
        // An echo works with any subprotocol.
        SubprotocolSelector firstOffered = (offered, request) -> offered.stream().findFirst();
        return settings.server()
                .endpoint(ECHO_PATH,
                        settings.endpoint()
                                .subprotocols(firstOffered)
                                .handler(new EchoHandler(closeWord))
                                .build())
                .endpoint(BROADCAST_PATH,
                        settings.endpoint()
                                .subprotocols(firstOffered)
                                .handler(new BroadcastHandler())
                                .build())
                .http(SamplePage.of("echo", settings, "index.html", "page.css", "echo.css", "echo.js",
                        "input.js",
                        "log.js", "words.js", "favicon.svg"))
                .start();
    }
}
