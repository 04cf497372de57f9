package io.duplex.frame;

import java.nio.charset.StandardCharsets;

/**
 * Encodes text as UTF-8, strictly. The JDK's {@code getBytes} turns half of a surrogate pair into a question
 * mark; here that is an error, because the peer must read what the caller wrote. {@link Utf8Validator} is the
 * check of incoming text.
 */
public final class Utf8Text {
    private Utf8Text() {}

    /**
     * Encodes a text.
     *
     * @param text any sequence of chars that is well-formed UTF-16
     * @return the text in UTF-8, in an array of its own
     * @throws IllegalArgumentException if a surrogate stands alone; the message names its index
     */
    public static byte[] encode(CharSequence text) {
        // A String cannot change between encoding and checking.
        String string = text.toString();
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == string.length()) {
            checkReplacements(string, bytes);
        } else {
            checkSurrogates(string);
        }
        return bytes;
    }

    /**
     * With as many bytes as chars, each char became one byte: it is ASCII, or a lone surrogate that became a
     * question mark. Scanning bytes is faster than scanning chars, and question marks are rare.
     */
    private static void checkReplacements(String string, byte[] bytes) {
        for (int index = 0; index < bytes.length; index++) {
            if (bytes[index] == '?' && string.charAt(index) != '?') {
                throw loneSurrogate(string, index);
            }
        }
    }

    private static void checkSurrogates(String string) {
        int length = string.length();
        for (int index = 0; index < length; index++) {
            char unit = string.charAt(index);
            if (Character.isSurrogate(unit)) {
                if (index + 1 == length || !Character.isSurrogatePair(unit, string.charAt(index + 1))) {
                    throw loneSurrogate(string, index);
                }
                index++;
            }
        }
    }

    private static IllegalArgumentException loneSurrogate(String string, int index) {
        return new IllegalArgumentException(
                String.format("lone surrogate U+%04X at index %d", (int) string.charAt(index), index));
    }
}
