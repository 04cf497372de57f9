package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * First bytes that are not TLS, and what is to be said about them.
 *
 * @param begin the printable beginning of what came
 */
record ClearText(String begin) {
    private static final int MAX_SHOWN = 40;

    /** Looks at the bytes and moves nothing. */
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

    /** What a server answers, in clear: a person behind a browser can read it. */
    byte[] answer() {
        if (!isHttp()) {
            return new byte[0];
        }
        String body = "This port speaks TLS, and the request came in clear: use https or wss.\n";
        return ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    }

    /** What this end is told. */
    TlsException failure(boolean client, String peer) {
        String came = begin.isEmpty() ? "other bytes" : '"' + begin + '"';
        return new TlsException(Reason.NOT_TLS, client
                ? "expected " + peer + " to speak TLS, but it answered with " + came + "; is it a ws port?"
                : "expected a TLS handshake, but the client sent " + came);
    }
}
