package io.duplex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandshakeExceptionTest {
    private static final ResponseHead FORBIDDEN = ResponseHead.of(403, HttpHeaders.of());

    @Test
    void carriesTheResponseAndItsBody() {
        byte[] body = { 1, 2 };
        HandshakeException exception = new HandshakeException("no", FORBIDDEN, body);
        body[0] = 9;
        exception.body()[1] = 9;
        assertEquals("no", exception.getMessage());
        assertEquals(Optional.of(FORBIDDEN), exception.response());
        assertArrayEquals(new byte[] { 1, 2 }, exception.body());
    }

    @Test
    void keepsTheStartOfALongBody() {
        byte[] body = new byte[HandshakeException.MAX_BODY_BYTES + 1];
        body[HandshakeException.MAX_BODY_BYTES - 1] = 7;
        byte[] kept = new HandshakeException("no", FORBIDDEN, body).body();
        assertEquals(8192, kept.length);
        assertEquals(7, kept[8191]);
    }

    @Test
    void doesWithoutAResponse() {
        IOException cause = new IOException();
        HandshakeException exception = new HandshakeException("no", cause);
        assertSame(cause, exception.getCause());
        assertEquals(Optional.empty(), exception.response());
        assertEquals(0, exception.body().length);
        assertEquals(Optional.empty(), new HandshakeException("no").response());
    }

    @Test
    void losesTheResponseWhenSerialisedButNothingElse() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new HandshakeException("no", FORBIDDEN, new byte[] { 1 }));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            HandshakeException copy = (HandshakeException) in.readObject();
            assertEquals("no", copy.getMessage());
            assertEquals(Optional.empty(), copy.response());
            assertEquals(0, copy.body().length);
        }
    }
}
