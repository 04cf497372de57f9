package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubprotocolSelectorTest {
    private static final RequestHead REQUEST = new RequestHead("GET", "/", HttpVersion.HTTP_1_1,
            HttpHeaders.of());

    @Test
    void prefersWhatTheServerPrefers() {
        SubprotocolSelector selector = SubprotocolSelector.preferring("v2", "v1");
        assertEquals(Optional.of("v2"), selector.select(List.of("v1", "v2"), REQUEST));
        assertEquals(Optional.of("v1"), selector.select(List.of("v0", "v1"), REQUEST));
    }

    @Test
    void choosesNoneThatIsNotOffered() {
        SubprotocolSelector selector = SubprotocolSelector.preferring("v2");
        assertEquals(Optional.empty(), selector.select(List.of("V2", "v1"), REQUEST));
        assertEquals(Optional.empty(), selector.select(List.of(), REQUEST));
        assertEquals(Optional.empty(), SubprotocolSelector.none().select(List.of("v2"), REQUEST));
    }

    @Test
    void wantsTokensOnce() {
        assertThrows(IllegalArgumentException.class, () -> SubprotocolSelector.preferring("a", "b c"));
        assertThrows(IllegalArgumentException.class, () -> SubprotocolSelector.preferring("a", "a"));
    }
}
