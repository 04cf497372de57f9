package io.duplex.internal.proxy;

import io.duplex.http.HttpStatus;
import io.duplex.http.ResponseHead;

/**
 * A status as a message shows it: with the proxy's own words, which often say more than the standard ones.
 */
final class StatusText {
    private static final int MAX_REASON_CHARS = 100;

    private StatusText() {}

    static String of(ResponseHead head) {
        String reason = head.reason().isBlank() ? HttpStatus.reason(head.status()) : visible(head.reason());
        return (head.status() + " " + reason).strip();
    }

    /** Whatever a proxy writes goes into logs. */
    private static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .limit(MAX_REASON_CHARS)
                .forEach(c -> shown.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
        return text.length() > MAX_REASON_CHARS ? shown.append("...").toString() : shown.toString();
    }
}
