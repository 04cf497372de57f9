package io.duplex.samples.servers;

import java.util.Optional;
import java.util.regex.Pattern;

/** Cleans lines and names that participants typed. */
final class ChatText {
    /** The maximum length of a message in UTF-16 code units. */
    static final int MAX_CHARS = 2000;
    private static final int MAX_NAME_CODE_POINTS = 32;

    private static final Pattern LINE_ENDS = Pattern.compile("\\R");
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cc}");
    /**
     * Invisible characters can make two names look alike or reverse the line; @ marks lines received by HTTP.
     */
    private static final Pattern REFUSED = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}@]");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern NUMBER = Pattern.compile("\\p{Nd}+(-\\p{Nd}+)?");

    private ChatText() {}

    /** Returns the text as one line, without control characters. */
    static String oneLine(String text) {
        return CONTROLS.matcher(LINE_ENDS.matcher(text.strip()).replaceAll(" ")).replaceAll("");
    }

    /**
     * Returns a name as it is shown before messages: one word of at most 32 characters. An underscore is
     * added before a number, because numbers are the ids of participants without a name.
     *
     * @return empty if no character is allowed
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
