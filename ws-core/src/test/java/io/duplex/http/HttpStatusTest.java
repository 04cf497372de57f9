package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Field;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class HttpStatusTest {
    @Test
    void everyConstantIsNamedAfterItsReason() throws IllegalAccessException {
        for (Field constant : HttpStatus.class.getFields()) {
            String reason = HttpStatus.reason(constant.getInt(null));
            assertFalse(reason.isEmpty(), constant.getName());
            String name = reason.toUpperCase(Locale.ROOT)
                    .replace("HTTP ", "")
                    .replace("REQUEST HEADER",
                            "HEADER");
            assertEquals(name.replace(' ', '_'), constant.getName());
        }
    }

    @Test
    void anUnknownStatusHasNoReason() {
        for (int status : new int[] { -404, 0, 99, 199, 299, 399, 499, 599, 600 }) {
            assertEquals("", HttpStatus.reason(status));
        }
    }
}
