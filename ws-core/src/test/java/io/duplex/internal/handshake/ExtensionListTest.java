package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.ExtensionNegotiation;
import io.duplex.extension.ExtensionProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtensionListTest {
    @Test
    void refusesTwoOfOneName() {
        List<ExtensionProvider> twice = List.of(new CountingExtension("a"), new CountingExtension("b"),
                new CountingExtension("a"));
        assertEquals("The extension a is given twice",
                assertThrows(IllegalArgumentException.class,
                        () -> ExtensionNegotiation.requireDistinct(twice))
                        .getMessage());
        assertEquals(twice.subList(0, 2), ExtensionNegotiation.requireDistinct(twice.subList(0, 2)));
    }

    @Test
    void formatsOneFieldForAll() {
        List<ExtensionHeader> elements = List.of(
                ExtensionHeader.of("a", ExtensionHeader.Parameter.of("x", "1"),
                        ExtensionHeader.Parameter.of("y")),
                ExtensionHeader.of("b"));
        assertEquals("a; x=1; y, b", ExtensionHeader.format(elements));
        assertEquals(elements, ExtensionHeader.parse(List.of(ExtensionHeader.format(elements))));
    }
}
