package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a peer that does not speak TLS.
 *
 * @param begin their printable beginning
 */
record ClearText(String begin) {
    private static final int MAX_SHOWN = 40;

    /** Reads the bytes without consuming them. */
    static ClearText of(ByteBuffer src) {
        StringBuilder text = new StringBuilder();
        for (int i = src.position(); i < src.limit() && text.length() < MAX_SHOWN; i++) {
            char c = (char) (src.get(i) & 0xff);
            if (c < ' ' || c > '~') {
                break;
            }
            text.append(c);
        }
        return new ClearText(text.toString());
    }

    private boolean isHttp() {
        return !begin.isEmpty() && Character.isLetter(begin.charAt(0));
    }

    /** The answer of a server, in cleartext for a person with a browser; empty unless HTTP was received. */
    byte[] answer() {
        if (!isHttp()) {
            return new byte[0];
        }
        String body = "This port speaks TLS, and the request came in clear: use https or wss.\n";
        return ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    }

    /** The failure for the local application. */
    TlsException failure(boolean client, String peer) {
        String came = begin.isEmpty() ? "other bytes" : '"' + begin + '"';
        return new TlsException(Reason.NOT_TLS, client
                ? "expected " + peer + " to speak TLS, but it answered with " + came + "; is it a ws port?"
                : "expected a TLS handshake, but the client sent " + came);
    }
}
