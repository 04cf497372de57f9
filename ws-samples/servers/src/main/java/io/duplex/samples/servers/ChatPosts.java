package io.duplex.samples.servers;

import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;

/**
 * Adds lines to the room by HTTP: a POST with the text as its body and an optional name as {@code ?name=}.
 * The server's policy for HTTP refuses web pages of other origins.
 */
final class ChatPosts {
    private static final int BURST = 20;
    private static final double MESSAGES_PER_SECOND = 10;
    /** Suffix of the name. No participant's name has it, so a POST cannot impersonate a participant. */
    private static final String FROM_HTTP = "@HTTP";

    private final ChatRoom room;
    /** Shared by all senders, because a POST has no lasting connection. */
    private final TokenBucket rate = new TokenBucket(BURST, MESSAGES_PER_SECOND, System::nanoTime);

    ChatPosts(ChatRoom room) {
        this.room = room;
    }

    HttpResponse say(HttpRequest request) {
        String line = ChatText.oneLine(request.body().text());
        if (line.isEmpty()) {
            return HttpResponse.error(HttpStatus.BAD_REQUEST, "the body is the text to say, and it is empty");
        }
        if (line.length() > ChatText.MAX_CHARS) {
            return HttpResponse.error(HttpStatus.CONTENT_TOO_LARGE, "the text has " + line.length()
                    + " characters, and " + ChatText.MAX_CHARS + " are the most");
        }
        if (!rate.take()) {
            return HttpResponse.error(HttpStatus.TOO_MANY_REQUESTS, "too many lines; wait a second");
        }
        String name = request.target().queryParameter("name").flatMap(ChatText::name).orElse("");
        room.say(name + FROM_HTTP, line);
        return HttpResponse.of(HttpStatus.OK).body("said\n", "text/plain; charset=utf-8");
    }
}
