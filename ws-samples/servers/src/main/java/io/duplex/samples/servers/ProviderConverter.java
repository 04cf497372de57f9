package io.duplex.samples.servers;

import io.duplex.tls.TlsProvider;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses {@code jdk} or {@code bc}. */
final class ProviderConverter implements ITypeConverter<TlsProvider> {
    ProviderConverter() {}

    @Override
    public TlsProvider convert(String name) {
        return switch (name) {
            case "jdk" -> TlsProvider.JDK;
            case "bc" -> TlsProvider.BC;
            default ->
                throw new TypeConversionException("there is no TLS provider '" + name + "', but jdk and bc");
        };
    }
}
