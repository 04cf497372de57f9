package io.duplex.samples.servers;

import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The connection of one participant. It forwards messages to the room, within bounds. */
final class ChatHandler implements WebSocketHandler {
    /** More than a person types, but too few to flood the room. */
    private static final int BURST = 10;
    private static final double MESSAGES_PER_SECOND = 5;
    /** Messages refused in a row before the connection is closed. */
    private static final int MAX_REFUSED = 100;

    private static final int POLICY_VIOLATION = 1008;
    private static final int UNSUPPORTED_DATA = 1003;
    private static final String TO = "/to";

    private final ChatRoom room;
    private final Optional<String> name;
    private final TokenBucket rate = new TokenBucket(BURST, MESSAGES_PER_SECOND, System::nanoTime);
    private String id;
    private int refused;

    ChatHandler(ChatRoom room, Optional<String> name) {
        this.room = room;
        this.name = name;
    }

    @Override
    public void onOpen(WebSocket ws) {
        id = room.join(ws, name);
    }

    @Override
    public void onText(WebSocket ws, String text) {
        String line = ChatText.oneLine(text);
        if (line.isEmpty()) {
            return;
        }
        if (!rate.take()) {
            refuse(ws);
            return;
        }
        refused = 0;
        if (line.length() > ChatText.MAX_CHARS) {
            notify(ws, "Not sent: the message has " + line.length() + " characters, and " + ChatText.MAX_CHARS
                    + " are the most");
        } else if (line.equals(TO) || line.startsWith(TO + " ")) {
            whisper(ws, line.substring(TO.length()).strip());
        } else {
            room.say(id, line);
        }
    }

    private void refuse(WebSocket ws) {
        refused++;
        if (refused == 1) {
            notify(ws, "Not sent: that is too fast; wait a moment");
        } else if (refused == MAX_REFUSED) {
            ws.close(POLICY_VIOLATION, "too many messages");
        }
    }

    /** Handles the rest of {@code /to ID text}. */
    private void whisper(WebSocket ws, String rest) {
        int blank = rest.indexOf(' ');
        if (blank < 0) {
            notify(ws, "To one participant: /to ID text");
            return;
        }
        String to = rest.substring(0, blank);
        String text = rest.substring(blank).strip();
        notify(ws, room.whisper(id, to, text)
                ? "You say to " + to + ": " + text
                : "There is no " + to + " here");
    }

    private static void notify(WebSocket ws, String line) {
        ws.trySend(ChatRoom.line(line));
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) {
        ws.close(UNSUPPORTED_DATA, "this chat takes text");
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        room.leave(id);
    }
}
