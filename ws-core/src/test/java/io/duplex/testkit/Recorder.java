package io.duplex.testkit;

import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A handler for one connection that records its events in order, copies buffers, and may react to events. A
 * test asks for the events one by one: the {@code await…} methods wait for the next event, the {@code
 * expect…} methods want it to be there. A test gets an event once the reaction to it has returned or thrown,
 * and may rely on the effect of the reaction. An event that was not asked for fails the test at {@link
 * #assertNothingElse}, and an event of another kind at once.
 *
 * <p>It also watches the contract of callbacks itself: none runs while another does, {@code onOpen} is first
 * and comes once, {@code onClose} is last. A breach is reported by every later call. Thread-safe.
 */
public final class Recorder implements WebSocketHandler {
    /** The bound of every wait: far longer than anything takes, so that no slow machine fails a test. */
    public static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** A reaction to an event, run inside the callback. */
    @FunctionalInterface
    public interface Reaction<E extends Event> {
        /**
         * Reacts.
         *
         * @param ws    the connection
         * @param event the event, which the test gets after the reaction
         * @throws Exception as the callback may
         */
        void react(WebSocket ws, E event) throws Exception;
    }

    private final Delivery delivery;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final List<String> breaches = new ArrayList<>();
    private final Map<Class<? extends Event>, Reaction<Event>> reactions = new LinkedHashMap<>();
    private final Set<Class<? extends Event>> ignored = new HashSet<>();
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private WebSocket ws;
    private boolean closed;
    /** The last event, while the reaction to it runs. */
    private Event reacting;

    /** A recorder of whole messages. */
    public Recorder() {
        this(Delivery.WHOLE);
    }

    /**
     * A recorder.
     *
     * @param delivery how it wants its messages
     */
    public Recorder(Delivery delivery) {
        this.delivery = delivery;
    }

    /**
     * Makes the recorder react. To be called before the connection is made.
     *
     * @param <E>      the kind of event
     * @param kind     the kind of event
     * @param reaction what to do
     * @return this
     */
    public <E extends Event> Recorder on(Class<E> kind, Reaction<? super E> reaction) {
        reactions.put(kind, (socket, event) -> reaction.react(socket, kind.cast(event)));
        return this;
    }

    /**
     * Does not record a kind of event; reactions still run. To be called before the connection is made.
     *
     * @param kind the kind of event
     * @return this
     */
    public Recorder ignoring(Class<? extends Event> kind) {
        ignored.add(kind);
        return this;
    }

    // ---- asking -------------------------------------------------------------------------------------------

    /**
     * Waits for {@code onOpen}, which must be the next event.
     *
     * @return the connection
     */
    public WebSocket awaitOpen() {
        await(Event.Opened.class);
        return webSocket();
    }

    /**
     * Waits for a text message, which must be the next event.
     *
     * @return its text
     */
    public String awaitText() {
        return await(Event.Text.class).text();
    }

    /**
     * Waits for a binary message, which must be the next event.
     *
     * @return its payload
     */
    public byte[] awaitBinary() {
        return await(Event.Binary.class).payload().bytes();
    }

    /**
     * Waits for {@code onError}, which must be the next event.
     *
     * @return its cause
     */
    public Throwable awaitError() {
        return await(Event.Failed.class).cause();
    }

    /**
     * Waits for {@code onClose}, which must be the next and last event.
     *
     * @return how the connection ended
     */
    public CloseInfo awaitClosed() {
        CloseInfo info = await(Event.Closed.class).info();
        assertNothingElse();
        return info;
    }

    /**
     * Waits for {@code onClose}, and discards every event before it.
     *
     * @return how the connection ended
     */
    public CloseInfo skipToClosed() {
        for (;;) {
            if (take(WAIT_NANOS) instanceof Event.Closed last) {
                return last.info();
            }
        }
    }

    /**
     * Waits for the next event.
     *
     * @param <E>  its kind
     * @param kind the kind that it must be
     * @return the event
     */
    public <E extends Event> E await(Class<E> kind) {
        return cast(kind, take(WAIT_NANOS));
    }

    /**
     * Takes the next event, which must be there.
     *
     * @param <E>  its kind
     * @param kind the kind that it must be
     * @return the event
     */
    public <E extends Event> E expect(Class<E> kind) {
        return cast(kind, take(0));
    }

    /**
     * Takes the next event, which must be there and equal.
     *
     * @param event what it must be
     */
    public void expect(Event event) {
        Event next = take(0);
        if (!next.equals(event)) {
            throw new AssertionError("expected " + event + ", but got " + next);
        }
    }

    /** Fails if an event was not asked for, or a rule of callbacks was broken. */
    public synchronized void assertNothingElse() {
        assertNoBreach();
        if (!events.isEmpty()) {
            throw new AssertionError("not asked for: " + events);
        }
    }

    /**
     * The connection, once it is open.
     *
     * @return the connection
     * @throws IllegalStateException before {@code onOpen}
     */
    public synchronized WebSocket webSocket() {
        if (ws == null) {
            throw new IllegalStateException("onOpen has not come");
        }
        return ws;
    }

    private <E extends Event> E cast(Class<E> kind, Event event) {
        if (!kind.isInstance(event)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", but got " + event);
        }
        return kind.cast(event);
    }

    private synchronized Event take(long waitNanos) {
        long end = System.nanoTime() + waitNanos;
        while (events.isEmpty() || events.peek() == reacting) {
            assertNoBreach();
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError(!events.isEmpty()
                        ? "the reaction to " + reacting + " has not returned"
                        : closed ? "no event after onClose" : "no event came");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        assertNoBreach();
        return events.poll();
    }

    private void assertNoBreach() {
        if (!breaches.isEmpty()) {
            throw new AssertionError("callbacks broke the contract: " + breaches);
        }
    }

    // ---- recording ----------------------------------------------------------------------------------------

    private void record(WebSocket socket, Event event) throws Exception {
        Thread before = inside.getAndSet(Thread.currentThread());
        try {
            keep(socket, event, before);
            Reaction<Event> reaction = reactions.get(event.getClass());
            if (reaction != null) {
                reaction.react(socket, event);
            }
        } finally {
            reacted();
            inside.compareAndSet(Thread.currentThread(), before);
        }
    }

    private synchronized void reacted() {
        reacting = null;
        notifyAll();
    }

    private synchronized void keep(WebSocket socket, Event event, Thread other) {
        if (other != null) {
            breaches.add(event + " on " + Thread.currentThread() + " while a callback runs on " + other);
        }
        if (closed) {
            breaches.add(event + " after onClose");
        }
        if (event instanceof Event.Opened == (ws != null)) {
            breaches.add(ws == null ? event + " before onOpen" : "a second onOpen");
        }
        if (ws != null && ws != socket) {
            breaches.add(event + " of another connection");
        }
        ws = socket;
        closed |= event instanceof Event.Closed;
        if (!ignored.contains(event.getClass())) {
            events.add(event);
        }
        reacting = event;
    }

    @Override
    public Delivery delivery() {
        return delivery;
    }

    @Override
    public void onOpen(WebSocket socket) throws Exception {
        record(socket, new Event.Opened());
    }

    @Override
    public void onText(WebSocket socket, String text) throws Exception {
        record(socket, new Event.Text(text));
    }

    @Override
    public void onBinary(WebSocket socket, ByteBuffer payload) throws Exception {
        record(socket, new Event.Binary(Payload.copyOf(payload)));
    }

    @Override
    public void onTextPart(WebSocket socket, String part, boolean last) throws Exception {
        record(socket, new Event.TextPart(part, last));
    }

    @Override
    public void onBinaryPart(WebSocket socket, ByteBuffer part, boolean last) throws Exception {
        record(socket, new Event.BinaryPart(Payload.copyOf(part), last));
    }

    @Override
    public void onPing(WebSocket socket, ByteBuffer payload) throws Exception {
        record(socket, new Event.Ping(Payload.copyOf(payload)));
    }

    @Override
    public void onPong(WebSocket socket, ByteBuffer payload) throws Exception {
        record(socket, new Event.Pong(Payload.copyOf(payload)));
    }

    @Override
    public void onDrained(WebSocket socket) throws Exception {
        record(socket, new Event.Drained());
    }

    @Override
    public void onError(WebSocket socket, Throwable cause) {
        recordUnchecked(socket, new Event.Failed(cause));
    }

    @Override
    public void onClose(WebSocket socket, CloseInfo info) {
        recordUnchecked(socket, new Event.Closed(info));
    }

    private void recordUnchecked(WebSocket socket, Event event) {
        try {
            record(socket, event);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
