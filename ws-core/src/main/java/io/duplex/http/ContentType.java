package io.duplex.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The content types of static resources, by the ending of the name. */
final class ContentType {
    private static final Map<String, String> BY_ENDING = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "txt", "text/plain; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2");

    private ContentType() {}

    static Optional<String> ofName(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(BY_ENDING.get(ending));
    }
}
