package io.duplex.samples.servers;

import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;

/**
 * Lets anything on the network put a line into the room: a POST with the text as its body and, if wanted, the
 * speaker's name as {@code ?name=}. Web pages of other origins are refused before, by the server's policy for
 * HTTP.
 */
final class ChatPosts {
    private static final int BURST = 20;
    private static final double MESSAGES_PER_SECOND = 10;
    /** Behind the name: no participant's name has it, so a POST cannot pass for a participant. */
    private static final String FROM_HTTP = "@HTTP";

    private final ChatRoom room;
    /** For all senders together, because a POST has no connection that lasts. */
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
