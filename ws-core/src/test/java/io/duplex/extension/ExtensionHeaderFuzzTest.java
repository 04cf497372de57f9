package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any field values at all: a list of extensions that reads back the same, or a syntax error. */
class ExtensionHeaderFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void anyFieldsAreReadOrRefused(byte[] data) {
        // A line feed cannot be in a field; it stands for the end of one here.
        List<String> fields = List.of(new String(data, StandardCharsets.ISO_8859_1).split("\n", -1));
        List<ExtensionHeader> extensions;
        try {
            extensions = ExtensionHeader.parse(fields);
        } catch (ExtensionSyntaxException refused) {
            assertFalse(refused.getMessage().isEmpty());
            return;
        }
        assertFalse(extensions.isEmpty());
        assertTrue(extensions.size() <= ExtensionHeader.MAX_EXTENSIONS);
        assertEquals(extensions,
                ExtensionHeader.parse(extensions.stream().map(ExtensionHeader::format).toList()));
        extensions.forEach(ExtensionHeaderFuzzTest::acceptOrNot);
    }

    private static void acceptOrNot(ExtensionHeader offer) {
        PerMessageDeflate.builder().build().accept(offer).ifPresent(negotiated -> {
            assertEquals("permessage-deflate", negotiated.response().name());
            negotiated.extension().close();
        });
    }
}
