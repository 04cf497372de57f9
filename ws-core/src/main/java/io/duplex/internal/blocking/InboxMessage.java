package io.duplex.internal.blocking;

import io.duplex.Message;
import java.io.ByteArrayOutputStream;

/** Joins the parts of one message. A message of one part, the usual case, is not copied. */
final class InboxMessage {
    private Inbox.Part only;
    private StringBuilder text;
    private ByteArrayOutputStream bytes;

    void add(Inbox.Part part) {
        if (part.last() && isEmpty()) {
            only = part;
        } else if (part.text()) {
            text = text == null ? new StringBuilder() : text;
            text.append((String) part.payload());
        } else {
            bytes = bytes == null ? new ByteArrayOutputStream() : bytes;
            bytes.writeBytes((byte[]) part.payload());
        }
    }

    /** Returns whether no message has begun. */
    boolean isEmpty() {
        return only == null && text == null && bytes == null;
    }

    /** Takes out the beginning of a message whose last part has not come. */
    Inbox.Part takeBegun() {
        return switch (finish()) {
            case Message.Text begun -> new Inbox.Part(true, begun.text(), 0, false);
            case Message.Binary begun -> new Inbox.Part(false, begun.bytes(), 0, false);
        };
    }

    /** Takes out the message. */
    Message finish() {
        Message message = only != null
                ? whole(only)
                : text != null ? new Message.Text(text.toString()) : new Message.Binary(bytes.toByteArray());
        only = null;
        text = null;
        bytes = null;
        return message;
    }

    private static Message whole(Inbox.Part part) {
        return part.text()
                ? new Message.Text((String) part.payload())
                : new Message.Binary((byte[]) part.payload());
    }
}
