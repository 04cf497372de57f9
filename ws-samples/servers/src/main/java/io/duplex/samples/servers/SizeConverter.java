package io.duplex.samples.servers;

import io.duplex.Limits;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the size of a message: {@code 65536}, {@code 64k}, {@code 16m}, {@code 1g}, in powers of 1024. */
final class SizeConverter implements ITypeConverter<Long> {
    /** A message must fit into an array, see {@link Limits}. */
    static final long MAX_BYTES = Integer.MAX_VALUE - 64;

    private static final Pattern SIZE = Pattern.compile("(\\d+)([kmg]?)");

    SizeConverter() {}

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no size: write bytes, such as 65536, or 64k, 16m, 1g");
        }
        int shift = switch (size.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        // More digits exceed the maximum in any case, and may not fit into a long.
        long count = size.group(1).length() > 12 ? Long.MAX_VALUE >> shift : Long.parseLong(size.group(1));
        if (count > MAX_BYTES >> shift) {
            throw new TypeConversionException(
                    "'" + text + "' is too large: a message is smaller than 2 GiB, at most " + MAX_BYTES
                            + " bytes");
        }
        if (count == 0) {
            throw new TypeConversionException(
                    "'" + text + "' leaves no room for any message: at least 1 byte");
        }
        return count << shift;
    }
}
