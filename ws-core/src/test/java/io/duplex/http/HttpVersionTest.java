package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HttpVersionTest {
    @Test
    void readsWhatItWrites() throws HttpException {
        for (HttpVersion version : HttpVersion.values()) {
            assertEquals(version, HttpVersion.parse(version.toString()));
        }
        assertEquals(HttpVersion.HTTP_1_1, HttpVersion.parse("HTTP/1.9"));
    }

    @Test
    void tellsAnotherVersionFromNone() {
        assertEquals(505, assertThrows(HttpException.class, () -> HttpVersion.parse("HTTP/2.0")).status());
        assertEquals(400, assertThrows(HttpException.class, () -> HttpVersion.parse("HTTP/2")).status());
    }
}
