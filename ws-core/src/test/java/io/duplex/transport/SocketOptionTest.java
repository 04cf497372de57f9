package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of options, and what an option says of itself. */
class SocketOptionTest {
    @Test
    void theListHasEachConstantUnderItsOwnName() throws IllegalAccessException {
        List<Object> constants = new ArrayList<>();
        for (Field field : SocketOptions.class.getFields()) {
            if (field.getType() == SocketOption.class) {
                constants.add(field.get(null));
                assertEquals(field.getName(), field.get(null).toString());
            }
        }
        assertEquals(18, constants.size());
        assertEquals(constants, SocketOptions.all());
        assertThrows(UnsupportedOperationException.class, () -> SocketOptions.all().clear());
    }

    @Test
    void namesAreFoundInAnyCase() {
        assertEquals(SocketOptions.TCP_NODELAY, SocketOptions.named(" tcp_nodelay "));
        assertThrows(IllegalArgumentException.class, () -> SocketOptions.named(""));
    }

    @Test
    void theySayWhichValuesThereAre() {
        assertEquals("on or off", SocketOptions.SO_KEEPALIVE.example());
        assertEquals("0 to 65,535 s, whole ones", SocketOptions.SO_LINGER.range());
        assertEquals(Boolean.class, SocketOptions.SO_KEEPALIVE.type());
    }

    @Test
    void theKernelDoesMostOfThem() {
        List<SocketOption<?>> others =
                SocketOptions.all().stream().filter(option -> !option.isKernelOption()).toList();
        assertEquals(List.of(SocketOptions.SO_RCVTIMEO, SocketOptions.SO_SNDTIMEO, SocketOptions.SO_RCVLOWAT,
                SocketOptions.SO_SNDLOWAT, SocketOptions.BACKLOG), others);
    }

    @Test
    void aRefusalNamesTheOptionAndTheTransport() {
        for (SocketOption<?> option : SocketOptions.all()) {
            UnsupportedOptionException refusal = new UnsupportedOptionException(option, "t", "because", null);
            assertEquals(option, refusal.option());
            assertEquals("t", refusal.transport());
            assertEquals("socket option " + option + " on transport t: because", refusal.getMessage());
        }
    }
}
