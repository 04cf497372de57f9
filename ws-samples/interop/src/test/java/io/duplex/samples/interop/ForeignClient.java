package io.duplex.samples.interop;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A client of another library, with one small interface: what the library calls and reports, without
 * additions of these tests.
 */
interface ForeignClient {
    /**
     * Connects and waits until the connection is open.
     *
     * @throws Refused if the server did not open it
     */
    Connection connect(URI uri, List<String> subprotocols) throws Exception;

    /** Cuts or closes the open connection and ends the library's threads. */
    void shutDown() throws Exception;

    /** The server answered with something else than 101. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status) {
            super("refused with " + status);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** An open connection. */
    interface Connection {
        /** Returns the events that the library reports, starting with the opening. */
        Events<Event> events();

        /** Returns the subprotocol in use according to the library; empty if none. */
        String subprotocol();

        void send(String text) throws Exception;

        void send(byte[] bytes) throws Exception;

        void close(int code, String reason) throws Exception;
    }

    /** A connection of a library that lets its user fragment messages. */
    interface Fragmenting extends Connection {
        /** Sends one part of a text message as a frame of its own. */
        default void sendPart(String part, boolean last) throws Exception {
            sendPart(true, part.getBytes(StandardCharsets.UTF_8), last);
        }

        void sendPart(boolean text, byte[] part, boolean last) throws Exception;
    }

    /** A connection of a library that lets its user send pings and reports pongs. */
    interface Pinging extends Connection {
        void ping(String payload) throws Exception;
    }
}
