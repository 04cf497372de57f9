package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HttpExceptionTest {
    @Test
    void hasAStatusAReasonAndNoStackTrace() {
        HttpException e = new HttpException(431, "too much");
        assertEquals(431, e.status());
        assertEquals("too much", e.getMessage());
        assertEquals(0, e.getStackTrace().length);
    }

    @Test
    void isForErrorsOnly() {
        assertThrows(IllegalArgumentException.class, () -> new HttpException(399, ""));
        assertThrows(IllegalArgumentException.class, () -> new HttpException(600, ""));
    }
}
