package io.duplex.extension;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The negotiation of all extensions of one connection (RFC 6455 section 9.1). It decides which extensions can
 * be combined; each {@link ExtensionProvider} decides its parameters. Both methods have no effects except for
 * the extensions that they create, which are all closed if a method throws.
 */
public final class ExtensionNegotiation {
    private ExtensionNegotiation() {}

    /**
     * Checks a list that an application gives: two extensions of one name could not be told apart.
     *
     * @param extensions in the order of preference
     * @return an unmodifiable copy
     * @throws IllegalArgumentException if two have the same name; the message has it
     */
    public static List<ExtensionProvider> requireDistinct(List<ExtensionProvider> extensions) {
        Set<String> names = new HashSet<>();
        for (ExtensionProvider extension : extensions) {
            if (!names.add(extension.name())) {
                throw new IllegalArgumentException("The extension " + extension.name() + " is given twice");
            }
        }
        return List.copyOf(extensions);
    }

    /**
     * Server: goes through the offers in the client's order and takes the first acceptable one of each name,
     * unless it would use a reserved bit that an extension taken before uses.
     *
     * @param configured the extensions of the server
     * @param offers the extensions in the client's request
     * @return the accepted ones in the order in which the response must list them
     */
    public static List<Negotiated> select(List<ExtensionProvider> configured, List<ExtensionHeader> offers) {
        List<Negotiated> taken = new ArrayList<>();
        try {
            for (ExtensionHeader offer : offers) {
                accept(configured, offer, taken).ifPresent(taken::add);
            }
            return List.copyOf(taken);
        } catch (RuntimeException | Error e) {
            taken.forEach(negotiated -> negotiated.extension().close());
            throw e;
        }
    }

    private static Optional<Negotiated> accept(List<ExtensionProvider> configured, ExtensionHeader offer,
            List<Negotiated> taken) {
        if (taken.stream().anyMatch(negotiated -> negotiated.response().name().equals(offer.name()))) {
            return Optional.empty();
        }
        Optional<Negotiated> accepted = find(configured, offer.name())
                .flatMap(provider -> provider.accept(offer));
        if (accepted.isPresent() && (usedBits(taken.stream().map(Negotiated::extension).toList())
                & accepted.get().extension().reservedBits()) != 0) {
            accepted.get().extension().close();
            return Optional.empty();
        }
        return accepted;
    }

    /**
     * Client: checks the server's response against what this client offered.
     *
     * @param configured the extensions whose {@linkplain ExtensionProvider#offers offers} were in the request
     * @param response the extensions in the server's response
     * @return the connection's extensions in the server's order, which the caller must close
     * @throws ExtensionException if the response has an extension that was not asked for, has one twice, has
     *         two that use the same reserved bit, or parameters that the offer does not allow; the connection
     *         must be failed
     */
    public static List<Extension> check(List<ExtensionProvider> configured, List<ExtensionHeader> response)
            throws ExtensionException {
        List<Extension> agreed = new ArrayList<>();
        boolean complete = false;
        try {
            for (ExtensionHeader element : response) {
                agreed.add(agree(configured, element, agreed));
                requireDistinctBits(agreed);
            }
            complete = true;
            return List.copyOf(agreed);
        } finally {
            if (!complete) {
                agreed.forEach(Extension::close);
            }
        }
    }

    private static Extension agree(List<ExtensionProvider> configured, ExtensionHeader element,
            List<Extension> agreed) throws ExtensionException {
        if (agreed.stream().anyMatch(extension -> extension.agreed().name().equals(element.name()))) {
            throw new ExtensionException(
                    "the server's response lists extension " + element.name() + " twice");
        }
        Optional<ExtensionProvider> provider = find(configured, element.name());
        if (provider.isEmpty()) {
            throw new ExtensionException(
                    "the server's response has extension " + element.name() + ", which was not offered");
        }
        return provider.get().agree(element);
    }

    private static void requireDistinctBits(List<Extension> agreed) throws ExtensionException {
        Extension newest = agreed.getLast();
        if ((usedBits(agreed.subList(0, agreed.size() - 1)) & newest.reservedBits()) != 0) {
            throw new ExtensionException("the server's response has extension " + newest.agreed().name()
                    + ", which uses the reserved bit of another one");
        }
    }

    private static Optional<ExtensionProvider> find(List<ExtensionProvider> configured, String name) {
        return configured.stream().filter(provider -> provider.name().equals(name)).findFirst();
    }

    private static int usedBits(List<Extension> extensions) {
        return extensions.stream().mapToInt(Extension::reservedBits).reduce(0, (a, b) -> a | b);
    }
}
