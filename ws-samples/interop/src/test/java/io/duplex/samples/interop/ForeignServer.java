package io.duplex.samples.interop;

import java.net.URI;

/**
 * A running server that others wrote, on a free port of the loopback address. It echoes on {@link #ECHO},
 * swallows messages on {@link #SINK}, and refuses {@link #MISSING} with 404 and a body. It speaks
 * {@link #SUBPROTOCOL}.
 */
interface ForeignServer {
    String ECHO = "/echo";
    String SINK = "/sink";
    String MISSING = "/missing";
    String SUBPROTOCOL = "echo.v2";
    /** The text message on which the server closes with {@link #CLOSE}. */
    String CLOSE_WORD = "please close";
    Event.Closed CLOSE = new Event.Closed(4001, "asked to, schön");
    /** The text message on which the server sends a ping with {@link #PING_PAYLOAD}. */
    String PING_WORD = "please ping";
    String PING_PAYLOAD = "are you there?";

    URI uri(String path);

    /** Returns the events that the library reports, except the echoed messages. */
    Events<Event> events();

    void shutDown() throws Exception;
}
