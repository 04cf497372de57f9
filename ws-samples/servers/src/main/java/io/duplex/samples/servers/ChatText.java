package io.duplex.samples.servers;

import java.util.Optional;
import java.util.regex.Pattern;

/** Makes one line of what a participant typed, and a name that can stand in it. */
final class ChatText {
    /** The longest message, in UTF-16 code units. */
    static final int MAX_CHARS = 2000;
    private static final int MAX_NAME_CODE_POINTS = 32;

    private static final Pattern LINE_ENDS = Pattern.compile("\\R");
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cc}");
    /**
     * Invisible characters could make two names look alike, or turn the line around; @ marks what came by
     * HTTP.
     */
    private static final Pattern REFUSED = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}@]");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern NUMBER = Pattern.compile("\\p{Nd}+(-\\p{Nd}+)?");

    private ChatText() {}

    /** The text as one line, without control characters. */
    static String oneLine(String text) {
        return CONTROLS.matcher(LINE_ENDS.matcher(text.strip()).replaceAll(" ")).replaceAll("");
    }

    /**
     * A name as it appears in front of its messages: one word of at most 32 characters. A number gets an
     * underscore in front, because plain numbers are the ids of participants without a name.
     *
     * @return empty if nothing is left of it
     */
    static Optional<String> name(String wanted) {
        String word = BLANKS.matcher(wanted.strip()).replaceAll("_");
        String visible = REFUSED.matcher(word).replaceAll("");
        int end = visible.offsetByCodePoints(0,
                Math.min(MAX_NAME_CODE_POINTS, visible.codePointCount(0, visible.length())));
        String name = visible.substring(0, end);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(NUMBER.matcher(name).matches() ? "_" + name : name);
    }
}
