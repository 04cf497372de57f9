package io.duplex.transport;

/** Makes text from a peer safe for a log: one line of limited length. */
public final class LogText {
    /** Longer texts are truncated. */
    static final int MAX_CHARS = 500;

    private LogText() {}

    /**
     * Returns the text of an object on one line.
     *
     * @param subject its {@code toString} is taken; may be null
     * @return its text without control and format characters, so that it cannot forge a log line or control
     *         a terminal; at most 500 characters, and a mark if it was truncated
     */
    public static String oneLine(Object subject) {
        String text = String.valueOf(subject);
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
            char c = text.charAt(i);
            line.append(isPlain(c) ? c : ' ');
        }
        return text.length() > MAX_CHARS ? line.append("...").toString() : line.toString();
    }

    private static boolean isPlain(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
