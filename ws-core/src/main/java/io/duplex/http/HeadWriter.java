package io.duplex.http;

import java.nio.charset.StandardCharsets;

/** Writes heads. Everything that it is given has been checked: it cannot write a line that was not meant. */
final class HeadWriter {
    private static final String CRLF = "\r\n";

    private HeadWriter() {}

    static byte[] write(String startLine, HttpHeaders headers) {
        StringBuilder head = new StringBuilder(256).append(startLine).append(CRLF);
        for (HttpHeaders.Field field : headers) {
            head.append(field.name()).append(": ").append(field.value()).append(CRLF);
        }
        return head.append(CRLF).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
