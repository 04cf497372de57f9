package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** RFC 6455 section 9.1, with extensions that exist only here. */
class ExtensionNegotiationTest {
    private static final ExtensionHeader FOO = ExtensionHeader.of("foo");
    private static final ExtensionHeader BAR = ExtensionHeader.of("bar");
    private static final ExtensionHeader BAZ = ExtensionHeader.of("baz");

    private final Extension foo = extension(FOO, 4);
    private final Extension bar = extension(BAR, 2);
    private final Extension baz = extension(BAZ, 4);
    private final List<ExtensionProvider> all = List.of(provider(FOO, foo), provider(BAR, bar),
            provider(BAZ, baz));

    private static Extension extension(ExtensionHeader agreed, int bits) {
        Extension extension = mock(Extension.class);
        when(extension.agreed()).thenReturn(agreed);
        when(extension.reservedBits()).thenReturn(bits);
        return extension;
    }

    /** Accepts exactly what equals the agreed header. */
    private static ExtensionProvider provider(ExtensionHeader agreed, Extension extension) {
        return new ExtensionProvider() {
            @Override
            public String name() {
                return agreed.name();
            }

            @Override
            public Optional<Negotiated> accept(ExtensionHeader offer) {
                return offer.equals(agreed)
                        ? Optional.of(new Negotiated(agreed, extension))
                        : Optional.empty();
            }

            @Override
            public List<ExtensionHeader> offers() {
                return List.of(agreed);
            }

            @Override
            public Extension agree(ExtensionHeader response) throws ExtensionException {
                if (!response.equals(agreed)) {
                    throw new ExtensionException("not what was offered");
                }
                return extension;
            }
        };
    }

    private List<String> select(String offers) {
        return ExtensionNegotiation.select(all, ExtensionHeader.parse(List.of(offers)))
                .stream()
                .map(negotiated -> negotiated.response().format())
                .toList();
    }

    @Test
    void serverTakesWhatItHasInTheClientsOrder() {
        assertEquals(List.of("bar", "foo"), select("unknown, bar, foo"));
    }

    @Test
    void serverTakesNothingWhenNothingIsOfferedOrKnown() {
        assertEquals(List.of(), ExtensionNegotiation.select(all, List.of()));
        assertEquals(List.of(), select("unknown"));
        assertEquals(List.of(), ExtensionNegotiation.select(List.of(), List.of(FOO)));
    }

    @Test
    void serverTakesTheFirstAcceptableOfferOfAName() {
        assertEquals(List.of("foo"), select("foo; x=1, foo, foo; x=2, foo"));
    }

    @Test
    void serverTakesNoTwoExtensionsWithTheSameBit() {
        assertEquals(List.of("foo", "bar"), select("foo, baz, bar"));
        verify(baz).close();
        verify(foo, never()).close();
    }

    @Test
    void serverClosesWhatItTookWhenAProviderFails() {
        ExtensionProvider broken = mock(ExtensionProvider.class);
        when(broken.name()).thenReturn("broken");
        when(broken.accept(ExtensionHeader.of("broken"))).thenThrow(new IllegalStateException("bug"));
        assertThrows(IllegalStateException.class, () -> ExtensionNegotiation
                .select(List.of(all.getFirst(), broken), List.of(FOO, ExtensionHeader.of("broken"))));
        verify(foo).close();
    }

    @Test
    void clientTakesTheResponseInItsOrder() throws ExtensionException {
        assertEquals(List.of(bar, foo), ExtensionNegotiation.check(all, List.of(BAR, FOO)));
        assertEquals(List.of(), ExtensionNegotiation.check(all, List.of()));
    }

    @Test
    void clientFailsOnAnExtensionItDidNotAskFor() {
        var e = assertThrows(ExtensionException.class,
                () -> ExtensionNegotiation.check(all, List.of(FOO, ExtensionHeader.of("qux"))));
        assertEquals("the server's response has extension qux, which was not offered", e.getMessage());
        verify(foo).close();
    }

    @Test
    void clientFailsOnAnExtensionThatComesTwice() {
        var e = assertThrows(ExtensionException.class,
                () -> ExtensionNegotiation.check(all, List.of(FOO, FOO)));
        assertEquals("the server's response lists extension foo twice", e.getMessage());
        verify(foo).close();
    }

    @Test
    void clientFailsOnTwoExtensionsWithTheSameBit() {
        var e = assertThrows(ExtensionException.class,
                () -> ExtensionNegotiation.check(all, List.of(FOO, BAZ)));
        assertEquals("the server's response has extension baz, which uses the reserved bit of another one",
                e.getMessage());
        verify(foo).close();
        verify(baz).close();
    }

    @Test
    void clientFailsOnParametersThatItsProviderRefuses() {
        assertThrows(ExtensionException.class, () -> ExtensionNegotiation.check(all,
                List.of(BAR, ExtensionHeader.of("foo", ExtensionHeader.Parameter.of("x")))));
        verify(bar).close();
    }
}
