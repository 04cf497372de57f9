package io.duplex.internal.connection;

import io.duplex.HandshakeException;
import io.duplex.http.HttpStatus;
import io.duplex.internal.handshake.ResponseVerdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Set;

/** The start of the body of a response that refuses the handshake, for error messages. */
final class RefusedBody {
    /** Frames follow a 101; the others: RFC 9110 sections 15.3.5 and 15.4.5. */
    private static final Set<Integer> NO_BODY = Set.of(HttpStatus.SWITCHING_PROTOCOLS, HttpStatus.NO_CONTENT,
            HttpStatus.NOT_MODIFIED);

    private final ResponseVerdict.Refused refusal;
    private final long wantedBytes;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    RefusedBody(ResponseVerdict.Refused refusal) {
        this.refusal = refusal;
        this.wantedBytes = Math.min(HandshakeException.MAX_BODY_BYTES, announced(refusal));
    }

    /** Without a valid length, the body extends to the end of the connection. */
    private static long announced(ResponseVerdict.Refused refusal) {
        if (NO_BODY.contains(refusal.response().status())) {
            return 0;
        }
        try {
            return refusal.response()
                    .headers()
                    .first("Content-Length")
                    .map(Long::parseLong)
                    .orElse(Long.MAX_VALUE);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    void add(ByteBuffer src) {
        int count = (int) Math.min(src.remaining(), wantedBytes - bytes.size());
        byte[] part = new byte[count];
        src.get(part);
        bytes.writeBytes(part);
    }

    boolean isComplete() {
        return bytes.size() >= wantedBytes;
    }

    HandshakeException exception() {
        return refusal.exception(bytes.toByteArray());
    }
}
