package io.duplex.internal.handshake;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionException;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.ExtensionProvider;
import io.duplex.extension.Negotiated;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An extension that transforms nothing and counts its instances, so that a test sees what is left open. */
final class CountingExtension implements ExtensionProvider {
    private final String name;
    int made;
    int closed;

    CountingExtension(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Negotiated> accept(ExtensionHeader offer) {
        return offer.parameters().isEmpty()
                ? Optional.of(new Negotiated(offer, make(offer)))
                : Optional.empty();
    }

    @Override
    public List<ExtensionHeader> offers() {
        return List.of(ExtensionHeader.of(name));
    }

    @Override
    public Extension agree(ExtensionHeader response) throws ExtensionException {
        if (!response.parameters().isEmpty()) {
            throw new ExtensionException("extension " + name + " has no parameters");
        }
        return make(response);
    }

    private Extension make(ExtensionHeader agreed) {
        made++;
        return new Extension() {
            @Override
            public ExtensionHeader agreed() {
                return agreed;
            }

            @Override
            public int reservedBits() {
                return 0;
            }

            @Override
            public boolean encodes(boolean text, long payloadBytes) {
                return false;
            }

            @Override
            public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void decode(ByteBuffer part, boolean last, Sink out) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }
}
