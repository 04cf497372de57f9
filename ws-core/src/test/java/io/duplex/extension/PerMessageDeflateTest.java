package io.duplex.extension;

import static io.duplex.extension.Codecs.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The negotiation of RFC 7692 sections 5 and 7.1, in its order. */
class PerMessageDeflateTest {
    private static final String NAME = "permessage-deflate";

    private static PerMessageDeflate.Builder takeover() {
        return PerMessageDeflate.builder().serverNoContextTakeover(false).clientNoContextTakeover(false);
    }

    private static String respond(PerMessageDeflate options, String offer) {
        return options.accept(header(offer))
                .map(negotiated -> negotiated.response().format())
                .orElse("declined");
    }

    @Test
    void theDefaultsKeepNoWindow() {
        PerMessageDeflate defaults = PerMessageDeflate.create();
        assertTrue(defaults.serverNoContextTakeover());
        assertTrue(defaults.clientNoContextTakeover());
        assertEquals(15, defaults.serverMaxWindowBits());
        assertEquals(15, defaults.clientMaxWindowBits());
        assertEquals(1024, defaults.thresholdBytes());
        assertEquals(-1, defaults.level());
        assertEquals(NAME, defaults.name());
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        PerMessageDeflate.Builder builder = PerMessageDeflate.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.serverMaxWindowBits(7));
        assertThrows(IllegalArgumentException.class, () -> builder.serverMaxWindowBits(16));
        assertThrows(IllegalArgumentException.class, () -> builder.clientMaxWindowBits(7));
        assertThrows(IllegalArgumentException.class, () -> builder.clientMaxWindowBits(16));
        assertThrows(IllegalArgumentException.class, () -> builder.thresholdBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> builder.level(10));
        assertThrows(IllegalArgumentException.class, () -> builder.level(-2));
    }

    /** Section 7.1: the first offer that the server can meet is taken. */
    @Test
    void aFallbackIsTakenWhenTheFirstOfferIsAtFault() {
        List<Negotiated> taken = ExtensionNegotiation.select(List.of(takeover().build()), ExtensionHeader
                .parse(List.of(NAME + "; use_y, " + NAME + "; server_max_window_bits=10, " + NAME)));
        assertEquals(List.of(NAME + "; server_max_window_bits=10"),
                taken.stream().map(negotiated -> negotiated.response().format()).toList());
    }

    /** Sections 7.1.1 and 7.1.2, server: whatever is offered to a server that has no wishes of its own. */
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    permessage-deflate                                       | permessage-deflate
                    permessage-deflate; server_no_context_takeover | \
                    permessage-deflate; server_no_context_takeover
                    permessage-deflate; client_no_context_takeover | \
                    permessage-deflate; client_no_context_takeover
                    permessage-deflate; server_max_window_bits=8 | \
                    permessage-deflate; server_max_window_bits=8
                    permessage-deflate; server_max_window_bits=10 | \
                    permessage-deflate; server_max_window_bits=10
                    permessage-deflate; server_max_window_bits="10" | \
                    permessage-deflate; server_max_window_bits=10
                    permessage-deflate; server_max_window_bits=15 | \
                    permessage-deflate; server_max_window_bits=15
                    permessage-deflate; client_max_window_bits               | permessage-deflate
                    permessage-deflate; client_max_window_bits=15            | permessage-deflate
                    permessage-deflate; client_max_window_bits=9 | \
                    permessage-deflate; client_max_window_bits=9
                    permessage-deflate; client_max_window_bits; server_max_window_bits=10 | \
                    permessage-deflate; server_max_window_bits=10
                    """)
    void serverWithoutWishesMeetsTheOffer(String offer, String response) {
        assertEquals(response, respond(takeover().build(), offer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    permessage-deflate | \
                    permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=11
                    permessage-deflate; server_max_window_bits=9 | \
                    permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=9
                    permessage-deflate; server_max_window_bits=12 | \
                    permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=11
                    permessage-deflate; client_max_window_bits | \
                    permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=11; client_max_window_bits=12
                    permessage-deflate; client_max_window_bits=14 | \
                    permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=11; client_max_window_bits=12
                    permessage-deflate; client_max_window_bits=8 | \
                    permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=11; client_max_window_bits=8
                    """)
    void serverWithWishesSaysThemWhereTheOfferLetsIt(String offer, String response) {
        PerMessageDeflate options = PerMessageDeflate.builder()
                .serverMaxWindowBits(11)
                .clientMaxWindowBits(12)
                .build();
        assertEquals(response, respond(options, offer));
    }

    @ParameterizedTest
    @ValueSource(strings = { "unknown", "unknown=1", "Server_no_context_takeover",
        "server_no_context_takeover=1",
        "client_no_context_takeover=true", "server_max_window_bits", "server_max_window_bits=7",
        "server_max_window_bits=16", "server_max_window_bits=08", "server_max_window_bits=+9",
        "server_max_window_bits=1000000000000", "server_max_window_bits=ten", "client_max_window_bits=7",
        "client_max_window_bits=16", "client_max_window_bits=010", "client_max_window_bits=x",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; client_no_context_takeover",
        "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits; client_max_window_bits=10", "client_max_window_bits=10; unknown" })
    void parametersAtFaultAreDeclinedByServersAndFailClients(String parameters) {
        assertEquals("declined", respond(takeover().build(), NAME + "; " + parameters));
        ExtensionHeader response = header(NAME + "; " + parameters);
        var e = assertThrows(ExtensionException.class, () -> takeover().build().agree(response));
        assertTrue(e.getMessage().startsWith("permessage-deflate: parameter "), e.getMessage());
    }

    /** Section 7.1.2.2: only an offer may leave out the value. */
    @Test
    void aResponseNeedsAValueForTheClientsWindow() {
        var e = assertThrows(ExtensionException.class,
                () -> takeover().build().agree(header(NAME + "; client_max_window_bits")));
        assertEquals("permessage-deflate: parameter client_max_window_bits has no value, but needs one",
                e.getMessage());
    }

    @Test
    void clientOffersWhatItsOptionsSay() {
        assertEquals(List.of(header(NAME + "; client_max_window_bits")), takeover().build().offers());
        assertEquals(List.of(header(NAME + "; server_no_context_takeover; client_no_context_takeover; "
                + "server_max_window_bits=9; client_max_window_bits=10")),
                PerMessageDeflate.builder().serverMaxWindowBits(9).clientMaxWindowBits(10).build().offers());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "; server_no_context_takeover", "; client_no_context_takeover",
        "; server_max_window_bits=8", "; server_max_window_bits=15", "; client_max_window_bits=8",
        "; client_max_window_bits=15; server_no_context_takeover" })
    void clientWithoutDemandsTakesEveryLegalResponse(String parameters) throws ExtensionException {
        ExtensionHeader response = header(NAME + parameters);
        assertEquals(response, takeover().build().agree(response).agreed());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    permessage-deflate; server_max_window_bits=10 | \
                    parameter server_no_context_takeover was offered, but is not in the response
                    permessage-deflate; server_no_context_takeover | \
                    parameter server_max_window_bits was offered, but is not in the response
                    permessage-deflate; server_no_context_takeover; server_max_window_bits=11 | \
                    parameter server_max_window_bits has a greater value than was offered
                    """)
    void clientFailsWhenItsDemandsAreNotMet(String response, String fault) {
        PerMessageDeflate options = PerMessageDeflate.builder().serverMaxWindowBits(10).build();
        var e = assertThrows(ExtensionException.class, () -> options.agree(header(response)));
        assertEquals("permessage-deflate: " + fault, e.getMessage());
    }

    @Test
    void clientTakesASmallerServerWindowThanItDemanded() throws ExtensionException {
        ExtensionHeader response = header(NAME + "; server_max_window_bits=9");
        assertEquals(response, takeover().serverMaxWindowBits(10).build().agree(response).agreed());
    }

    @Test
    void clientRefusesTheResponseOfAnotherExtension() {
        assertThrows(ExtensionException.class,
                () -> PerMessageDeflate.create().agree(header("x-webkit-deflate")));
    }

    /** Each server answers each client's offer in a way that the client takes. */
    @Test
    void everyPairOfOptionsAgrees() throws ExtensionException {
        for (int i = 0; i < 4; i++) {
            for (int bits = 8; bits <= 15; bits++) {
                PerMessageDeflate one = PerMessageDeflate.builder()
                        .serverNoContextTakeover(i % 2 == 0)
                        .clientNoContextTakeover(i / 2 == 0)
                        .serverMaxWindowBits(bits)
                        .clientMaxWindowBits(bits)
                        .build();
                for (PerMessageDeflate other : List.of(one, takeover().build(), PerMessageDeflate.create())) {
                    assertAgree(one, other);
                    assertAgree(other, one);
                }
            }
        }
    }

    private static void assertAgree(PerMessageDeflate server, PerMessageDeflate client)
            throws ExtensionException {
        Negotiated taken = server.accept(client.offers().getFirst()).orElseThrow();
        assertEquals(taken.response(), client.agree(taken.response()).agreed());
    }

    /** Section 6.1: what is compressed is the sender's choice. */
    @Test
    void messagesShorterThanTheThresholdAreSentAsTheyAre() {
        Extension extension = Codecs.server(PerMessageDeflate.builder().thresholdBytes(100).build(), NAME);
        assertFalse(extension.encodes(true, 99));
        assertTrue(extension.encodes(true, 100));
        assertTrue(extension.encodes(false, Long.MAX_VALUE));
        assertEquals(4, extension.reservedBits());
    }
}
