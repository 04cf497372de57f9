package io.duplex.transport;

/** Text that a peer may have written, made safe for a log: on one line and not long. */
public final class LogText {
    /** Longer texts are cut. */
    static final int MAX_CHARS = 500;

    private LogText() {}

    /**
     * The text of an object on one line.
     *
     * @param subject its {@code toString} is taken; may be null
     * @return without control and format characters, so that it can forge no line of a log and steer no
     *         terminal; at most 500 characters and a mark where it was cut
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
