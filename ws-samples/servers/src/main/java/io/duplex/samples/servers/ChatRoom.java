package io.duplex.samples.servers;

import io.duplex.Broadcast;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The participants of a chat and its last lines. All participants get the same lines in the same order, and a
 * late joiner gets neither a gap nor a duplicate, because lines are sent under one lock. Sending never
 * blocks: the library closes a participant whose send queue is full. Thread-safe.
 *
 * <p>The room sends {@code log:} and a line, or {@code connected:} and the number of participants.
 */
final class ChatRoom {
    /** The number of lines that a late joiner gets. */
    static final int HISTORY_LINES = 50;

    private static final System.Logger LOG = System.getLogger("io.duplex.samples");

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, WebSocket> participants = new LinkedHashMap<>();
    private final ArrayDeque<PreparedMessage> history = new ArrayDeque<>();
    private long joined;

    /**
     * Adds a participant and notifies the others.
     *
     * @param ws   the connection
     * @param name the preferred name, from {@link ChatText#name}; a number is used if it is empty
     * @return the participant's id, which is unique
     */
    String join(WebSocket ws, Optional<String> name) {
        lock.lock();
        try {
            joined++;
            String id = freeId(name.orElse(Long.toString(joined)));
            history.forEach(ws::trySend);
            ws.trySend(line("You are " + id));
            Broadcast.send(line(id + " joined"), participants.values());
            participants.put(id, ws);
            countChanged();
            LOG.log(Level.DEBUG, () -> "= " + id + " joined");
            return id;
        } finally {
            lock.unlock();
        }
    }

    private String freeId(String wanted) {
        String id = wanted;
        for (int i = 2; participants.containsKey(id); i++) {
            id = wanted + "-" + i;
        }
        return id;
    }

    /** Removes a participant and notifies the others. */
    void leave(String id) {
        lock.lock();
        try {
            participants.remove(id);
            Broadcast.send(line(id + " left"), participants.values());
            countChanged();
            LOG.log(Level.DEBUG, () -> "= " + id + " left");
        } finally {
            lock.unlock();
        }
    }

    /** Sends a line to all participants, including the speaker, and keeps it for late joiners. */
    void say(String speaker, String text) {
        PreparedMessage line = line(speaker + " says: " + text);
        lock.lock();
        try {
            history.add(line);
            if (history.size() > HISTORY_LINES) {
                history.remove();
            }
            Broadcast.send(line, participants.values());
        } finally {
            lock.unlock();
        }
        LOG.log(Level.DEBUG, () -> "> " + speaker + " says: " + Terminal.harmless(text));
    }

    /**
     * Sends a line to one participant.
     *
     * @return false if there is no participant with this id
     */
    boolean whisper(String speaker, String to, String text) {
        lock.lock();
        try {
            WebSocket recipient = participants.get(to);
            if (recipient == null) {
                return false;
            }
            recipient.trySend(line(speaker + " says to you: " + text));
        } finally {
            lock.unlock();
        }
        LOG.log(Level.DEBUG, () -> "> " + speaker + " says to " + to + ": " + Terminal.harmless(text));
        return true;
    }

    private void countChanged() {
        Broadcast.send(PreparedMessage.text("connected:" + participants.size()), participants.values());
    }

    /** Encodes a line for the wire. */
    static PreparedMessage line(String line) {
        return PreparedMessage.text("log:" + line);
    }
}
