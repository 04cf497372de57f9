package io.duplex.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The head of an HTTP request or response as received, read byte by byte up to the empty line and not
 * checked.
 *
 * @param lines the start line and the field lines
 */
public record RawHead(List<String> lines) {
    /**
     * Reads a head, and not one byte more.
     *
     * @param in where from
     * @return the head
     * @throws EOFException if the stream ends before the empty line
     * @throws IOException  if reading fails
     */
    public static RawHead read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("end inside a head: " + text);
            }
            text.append((char) next);
        }
        return new RawHead(List.of(text.substring(0, text.length() - 4).split("\r\n")));
    }

    /**
     * The status of a response.
     *
     * @return three digits
     */
    public int status() {
        return Integer.parseInt(lines.get(0).split(" ")[1]);
    }

    /**
     * The value of a field.
     *
     * @param name its name in any case
     * @return the first such field's value
     */
    public Optional<String> field(String name) {
        String prefix = name.toLowerCase() + ":";
        return lines.stream()
                .skip(1)
                .filter(line -> line.toLowerCase().startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst();
    }

    /**
     * Reads the body that {@code Content-Length} announces.
     *
     * @param in the stream, after the head
     * @return the body as text
     * @throws IOException if reading fails
     */
    public String body(InputStream in) throws IOException {
        int length = field("Content-Length").map(Integer::parseInt).orElse(0);
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
