package io.duplex.samples.servers;

import io.duplex.http.HttpHeaders;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a header field: {@code Name: value}. */
final class HeaderConverter implements ITypeConverter<HttpHeaders.Field> {
    HeaderConverter() {}

    @Override
    public HttpHeaders.Field convert(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            // The text may be a credential, so it is not repeated.
            throw new TypeConversionException("there is no name with a colon behind it: write 'Name: value'");
        }
        try {
            return new HttpHeaders.Field(text.substring(0, colon), text.substring(colon + 1).strip());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
