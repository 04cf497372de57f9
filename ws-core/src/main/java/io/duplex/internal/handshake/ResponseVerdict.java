package io.duplex.internal.handshake;

import io.duplex.HandshakeException;
import io.duplex.extension.Extension;
import io.duplex.http.HttpStatus;
import io.duplex.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The meaning of a response to a client ({@link ClientHandshake#check}). */
public sealed interface ResponseVerdict {
    /**
     * The connection is open: what follows the head are frames.
     *
     * @param subprotocol the one that the server chose
     * @param extensions  the connection's extensions in the server's order; the holder of this record must
     *                    close them
     */
    record Accepted(Optional<String> subprotocol, List<Extension> extensions) implements ResponseVerdict {
        /** Copies the list. */
        public Accepted {
            extensions = List.copyOf(extensions);
        }
    }

    /** An interim response (RFC 9110 section 15.2): another head follows. */
    record Interim() implements ResponseVerdict {}

    /**
     * The server sends the client elsewhere; this connection is of no more use.
     *
     * @param next what to ask for there, on a new connection and with a new key
     */
    record Redirect(HandshakeRequest next) implements ResponseVerdict {}

    /**
     * The handshake failed; the connection is to be closed.
     *
     * @param reason   one specific sentence
     * @param response what the server answered
     * @param cause what happened, if it was not only the response
     */
    record Refused(String reason, ResponseHead response,
            Optional<Throwable> cause) implements ResponseVerdict {
        private static final int MAX_SAID_CHARS = 200;

        /**
         * The failure as the application gets it.
         *
         * @param body the start of the response's body, as far as it was read; possibly empty
         * @return a new exception
         */
        public HandshakeException exception(byte[] body) {
            HandshakeException exception = new HandshakeException(reason + said(body), response, body);
            cause.ifPresent(exception::initCause);
            return exception;
        }

        /**
         * The first line of a text, which was written for a person; nothing that could confuse a terminal.
         */
        private String said(byte[] body) {
            if (!response.headers().first("Content-Type").orElse("").startsWith("text/plain")) {
                return "";
            }
            int end = 0;
            while (end < Math.min(body.length, MAX_SAID_CHARS) && body[end] >= ' ' && body[end] <= '~') {
                end++;
            }
            String line = new String(body, 0, end, StandardCharsets.US_ASCII);
            String status = response.status() + " " + HttpStatus.reason(response.status()) + ": ";
            String text = line.startsWith(status) ? line.substring(status.length()) : line;
            return text.isBlank() ? "" : ", saying \"" + text + '"';
        }
    }
}
