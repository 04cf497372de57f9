package io.duplex.internal.session;

import io.duplex.OverflowPolicy;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.extension.Extension;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.Opcode;
import io.duplex.internal.protocol.WebSocketProtocol.ControlFrame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Admission and order of outgoing messages. A message takes its place in the order when it is admitted. If it
 * can be encoded at once, it goes straight into the {@link SendQueue}. Otherwise it waits here: for a message
 * that a thread is compressing or, if it is a whole message, for the last part of another one. One thread at
 * a time compresses, in the order of admission: that is the order on the wire, and the order in which the
 * compressor sees the messages. A sender that finds another thread at work leaves its message to that thread,
 * so no sender waits for another.
 *
 * <p>Guarded by the session's lock, except for {@link Entry#encode}, which may take long and is called
 * without it. It never locks, waits or calls out.
 */
final class Sender {
    /** The content of an outgoing message's buffer, and its ownership. */
    enum Form {
        /** A payload that stays caller-owned. */
        LENT,
        /**
         * As {@link #LENT}; the session then flushes, and calls {@link SendQueue#keepLent}, so a large
         * payload is written where it is.
         */
        LENT_FOR_FLUSH,
        /** A payload in an array that was transferred. */
        OWNED,
        /** A whole frame that is shared with other connections and never changes; it is not compressed. */
        FRAME
    }

    /** Whether a message is admitted, and what {@code send} returns if it is not. */
    enum Admission {
        GRANTED(SendStatus.ACCEPTED), NOT_OPEN(SendStatus.CLOSED), TOO_SLOW(SendStatus.CLOSED),
        DROPPED(SendStatus.DROPPED), FULL(SendStatus.DROPPED), WAITS(SendStatus.DROPPED),
        OVER_BUDGET(SendStatus.CLOSED);

        final SendStatus status;

        Admission(SendStatus status) {
            this.status = status;
        }
    }

    /** A message that is being sent in fragments. */
    private static final class Fragmented {
        private final Object owner;
        private final Opcode type;
        private final Extension encoder;
        private boolean first = true;
        private long payloadBytes;

        Fragmented(Object owner, Opcode type, Extension encoder) {
            this.owner = owner;
            this.type = type;
            this.encoder = encoder;
        }
    }

    /**
     * A frame that has its place in the order.
     *
     * @param message the message of a fragment; null for a whole message and a control frame
     * @param last whether it ends its message
     * @param encoder what compresses it; null if nothing does
     * @param completion for when the operating system has it; may be null
     */
    record Entry(Opcode opcode, Form form, ByteBuffer bytes, int length, Fragmented message,
            boolean last, Extension encoder, CompletableFuture<Void> completion) {
        /** Returns how many bytes count as this connection's memory. A shared frame is its owner's. */
        int heldBytes() {
            return form == Form.FRAME ? 0 : length;
        }

        /** Returns the payload as it goes on the wire. */
        ByteBuffer encode() {
            Encoded out = new Encoded(length);
            encoder.encode(bytes.slice().asReadOnlyBuffer(), last, out);
            bytes.position(bytes.limit());
            return ByteBuffer.wrap(out.bytes, 0, out.count);
        }
    }

    /** Gathers what an extension makes of a payload. */
    private static final class Encoded implements Consumer<ByteBuffer> {
        /** Room for the end of a block, so a message that hardly shrinks needs no second array. */
        private static final int SLACK_BYTES = 64;

        private byte[] bytes;
        private int count;

        Encoded(int payloadBytes) {
            bytes = new byte[payloadBytes / 2 + SLACK_BYTES];
        }

        @Override
        public void accept(ByteBuffer chunk) {
            int length = chunk.remaining();
            if (bytes.length - count < length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, count + length));
            }
            chunk.get(bytes, count, length);
            count += length;
        }
    }

    private record Completion(long endOffset, CompletableFuture<Void> future) {}

    private final SendQueue queue;
    private final SendQueueOptions options;

    /** The message that is being sent in fragments, as far as its parts were admitted; null if none is. */
    private Fragmented fragmented;
    /** Whole messages that follow its last part; null while there are none. */
    private ArrayDeque<Entry> deferred;
    private long deferredBytes;
    /** Entries that wait for the thread that compresses; null while there are none. */
    private ArrayDeque<Entry> waiting;
    private long waitingBytes;
    private boolean encoding;
    /** The encoder threw. Its state is unknown, so the peer could decode nothing that follows. */
    private boolean encoderFailed;
    private Throwable failure;
    private boolean appendedForOthers;
    private boolean roomFreed;
    private boolean drainedWanted;
    /** Futures that wait for bytes to leave; null while there are none. */
    private ArrayDeque<Completion> completions;
    /** Of messages that will never be sent. */
    private List<CompletableFuture<Void>> refused = List.of();
    /** Admitted and not yet counted. */
    private int unreportedMessages;
    private long unreportedBytes;

    Sender(SendQueue queue, SendQueueOptions options) {
        this.queue = queue;
        this.options = options;
    }

    // ---- admission ----------------------------------------------------------------------------------------

    /** Decides about a whole message: the send queue is bounded, and its policy answers if it is full. */
    Admission admit(OverflowPolicy policy, long payloadBytes, boolean mayWait) {
        return withinBudget(admitAbove(pendingBytes(), policy, mayWait), payloadBytes,
                fragmented != null || isBusy());
    }

    private Admission admitAbove(long pendingBytes, OverflowPolicy policy, boolean mayWait) {
        if (encoderFailed) {
            return Admission.NOT_OPEN;
        }
        if (pendingBytes < options.limitBytes()) {
            return Admission.GRANTED;
        }
        return switch (policy) {
            case CLOSE -> Admission.TOO_SLOW;
            case FAIL -> Admission.FULL;
            case DROP -> Admission.DROPPED;
            case BLOCK -> mayWait ? Admission.WAITS : Admission.FULL;
        };
    }

    /**
     * Decides about a part of a message. Messages that are deferred until this one ends take no room from it,
     * and the last part of a stream needs none: otherwise an unfinished message would block all others.
     *
     * @param stream whether it waits for another owner's last part, and below the high-water mark for room
     */
    Admission admitPart(Object owner, Opcode type, int payloadBytes, boolean last, boolean stream,
            boolean mayWait) {
        if (encoderFailed) {
            return Admission.NOT_OPEN;
        }
        Fragmented begun = fragmented;
        if (begun != null && begun.owner != owner) {
            if (stream && mayWait) {
                return Admission.WAITS;
            }
            throw new IllegalStateException("another message is being sent in parts");
        }
        if (begun != null && begun.type != type) {
            throw new IllegalStateException(
                    "the message under way is " + begun.type + ", this part is " + type);
        }
        Admission admission;
        long pending = pendingBytes() - (begun == null ? 0 : deferredBytes);
        if (begun != null && last && stream) {
            admission = Admission.GRANTED;
        } else if (stream && mayWait) {
            admission = pending > options.highWaterBytes() ? Admission.WAITS : Admission.GRANTED;
        } else {
            admission = admitAbove(pending, options.overflow(), mayWait);
        }
        return withinBudget(admission, payloadBytes, isBusy());
    }

    /** Shared frames are their owner's memory, and no connection's: they count as 0 bytes. */
    private Admission withinBudget(Admission admission, long bytes, boolean aside) {
        return admission != Admission.GRANTED || queue.reserve(bytes, aside)
                ? admission
                : Admission.OVER_BUDGET;
    }

    /** Returns what {@code send} answers for a message that was put in order or appended. */
    SendStatus accepted() {
        if (encoderFailed) {
            return SendStatus.CLOSED;
        }
        if (pendingBytes() > options.highWaterBytes()) {
            drainedWanted = true;
            return SendStatus.ABOVE_HIGH_WATER;
        }
        return SendStatus.ACCEPTED;
    }

    /** Returns how many bytes the operating system has not taken. Those that wait here count uncompressed. */
    long pendingBytes() {
        return queue.bytes() + queue.unsentBytes() + waitingBytes + deferredBytes;
    }

    /** Returns whether reading pauses, because the send queue is above its high-water mark. */
    boolean pausesReading() {
        return options.pausesReading() && queue.bytes() + waitingBytes > options.highWaterBytes();
    }

    /** Returns whether all that was accepted has been produced. */
    boolean isDrained() {
        return queue.isEmpty() && !isBusy();
    }

    /** Returns whether entries wait or are being encoded, which nothing may overtake. */
    private boolean isBusy() {
        return encoding || waiting != null;
    }

    // ---- order --------------------------------------------------------------------------------------------

    /**
     * Puts a whole message that was admitted in order.
     *
     * @param encoder what compresses it; null if nothing does
     * @return what the current thread has to encode now; null if nothing
     */
    Entry message(Opcode opcode, Form form, ByteBuffer bytes, Extension encoder,
            CompletableFuture<Void> completion) {
        int length = bytes.remaining();
        int payloadBytes = form == Form.FRAME ? FrameHeader.payloadBytes(length) : length;
        unreportedMessages++;
        unreportedBytes += payloadBytes;
        boolean now = fragmented == null && !isBusy();
        if (appendsAtOnce(encoder)) {
            append(opcode, form, bytes, completion);
            return null;
        }
        boolean lent = form == Form.LENT || form == Form.LENT_FOR_FLUSH;
        ByteBuffer kept = now || !lent ? bytes : copyOf(bytes);
        Entry entry = new Entry(opcode, lent ? Form.LENT : form, kept, length, null, true, encoder,
                completion);
        if (fragmented == null) {
            return add(entry, now);
        }
        if (deferred == null) {
            deferred = new ArrayDeque<>(1);
        }
        deferred.add(entry);
        deferredBytes += length;
        queue.setAside(entry.heldBytes());
        return null;
    }

    /** Returns whether {@link #message} appends a message to the queue, and changes nothing else. */
    boolean appendsAtOnce(Extension encoder) {
        return encoder == null && fragmented == null && !isBusy();
    }

    /**
     * As {@link #message}, for a part that was admitted. After the last one, deferred messages follow.
     */
    Entry part(Object owner, Opcode type, ByteBuffer payload, boolean last, Extension encoder) {
        if (fragmented == null) {
            fragmented = new Fragmented(owner, type, encoder);
        }
        Fragmented message = fragmented;
        int length = payload.remaining();
        message.payloadBytes += length;
        boolean now = !isBusy();
        ByteBuffer kept = now ? payload : copyOf(payload);
        Entry entry = new Entry(type, Form.LENT, kept, length, message, last, message.encoder, null);
        Entry work = null;
        if (now && message.encoder == null) {
            append(entry, payload);
        } else {
            work = add(entry, now);
        }
        if (!last) {
            return work;
        }
        unreportedMessages++;
        unreportedBytes += message.payloadBytes;
        fragmented = null;
        roomFreed = true;
        return undefer() && !encoding ? take() : work;
    }

    /** Returns whether an owner has sent some parts of a message, and not the last. */
    boolean hasBegun(Object owner) {
        return fragmented != null && fragmented.owner == owner;
    }

    /** Returns how many bytes of payload of a message were sent in parts so far. */
    long fragmentedBytes() {
        return fragmented == null ? 0 : fragmented.payloadBytes;
    }

    private boolean undefer() {
        if (deferred == null) {
            return false;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>(deferred.size());
        }
        waiting.addAll(deferred);
        waitingBytes += deferredBytes;
        deferred = null;
        deferredBytes = 0;
        return true;
    }

    /** Puts a control frame in order: it must not overtake messages that were admitted before. */
    void control(ControlFrame frame) {
        if (isBusy()) {
            wait(new Entry(frame.opcode(), Form.LENT, frame.payload(), 0, null, true, null, null));
        } else {
            queue.append(frame.opcode(), true, 0, frame.payload());
        }
    }

    /** @param now whether nothing is before it, so the current thread encodes it */
    private Entry add(Entry entry, boolean now) {
        waitingBytes += entry.length();
        queue.setAside(entry.heldBytes());
        if (now) {
            encoding = true;
            return entry;
        }
        wait(entry);
        // If no thread is encoding, the last one has handed over to the next that comes: this one.
        return encoding ? null : take();
    }

    private void wait(Entry entry) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(1);
        }
        waiting.add(entry);
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    // ---- encoding -----------------------------------------------------------------------------------------

    /**
     * The current thread has encoded an entry. If {@code encoded} is null, the encoder threw.
     *
     * @return whether it was appended
     */
    boolean encoded(Entry entry, ByteBuffer encoded, Throwable thrown) {
        noLongerWaits(entry);
        roomFreed = true;
        if (encoded == null) {
            fail(entry, thrown);
            return false;
        }
        return append(entry, encoded);
    }

    /**
     * Appends what needs no encoding.
     *
     * @param handOver whether another thread has to encode the rest
     * @return what the current thread has to encode next; null if nothing
     */
    Entry next(boolean handOver) {
        encoding = false;
        return handOver ? null : take();
    }

    /** Returns whether entries wait and no thread encodes them. */
    boolean isUnattended() {
        return waiting != null && !encoding;
    }

    /** Takes up encoding for another thread; null if nothing waits, or a thread is at work again. */
    Entry resume() {
        return isUnattended() ? take() : null;
    }

    /** Returns, once, whether a message of another thread was appended. */
    boolean takeAppendedForOthers() {
        boolean appended = appendedForOthers;
        appendedForOthers = false;
        return appended;
    }

    /** Takes the exception that ended all sending; null if there is none. */
    Throwable takeFailure() {
        Throwable taken = failure;
        failure = null;
        return taken;
    }

    private Entry take() {
        while (waiting != null) {
            Entry entry = waiting.remove();
            waiting = waiting.isEmpty() ? null : waiting;
            if (entry.encoder() != null && !encoderFailed) {
                encoding = true;
                return entry;
            }
            noLongerWaits(entry);
            appendedForOthers = true;
            append(entry, entry.bytes());
        }
        return null;
    }

    private void noLongerWaits(Entry entry) {
        waitingBytes -= entry.length();
        queue.setAside(-entry.heldBytes());
        if (encoderFailed) {
            queue.releaseMemory();
        }
    }

    /** @param body of an entry with an encoder: encoded; otherwise as it is */
    private boolean append(Entry entry, ByteBuffer body) {
        if (encoderFailed && !entry.opcode().isControl()) {
            refuse(entry.completion());
            return false;
        }
        try {
            if (entry.message() != null) {
                appendFragment(entry.message(), body, entry.last());
            } else if (entry.encoder() != null) {
                queue.append(entry.opcode(), true, entry.encoder().reservedBits(), body);
                complete(entry.completion());
            } else {
                append(entry.opcode(), entry.form(), body, entry.completion());
            }
            return true;
        } catch (Throwable thrown) {
            // Too little memory, most likely. The message was accepted: its loss must not pass unnoticed.
            fail(entry, thrown);
            return false;
        }
    }

    private void append(Opcode opcode, Form form, ByteBuffer bytes, CompletableFuture<Void> completion) {
        switch (form) {
            case LENT -> queue.append(opcode, true, 0, bytes);
            case LENT_FOR_FLUSH -> queue.appendLent(opcode, bytes);
            case OWNED -> queue.appendOwned(opcode, true, 0, bytes);
            case FRAME -> queue.appendShared(bytes);
        }
        complete(completion);
    }

    private void appendFragment(Fragmented message, ByteBuffer body, boolean last) {
        // A compressor may keep a part back; an empty frame in the middle would say nothing to the peer.
        if (body.hasRemaining() || last) {
            int bits = message.first && message.encoder != null ? message.encoder.reservedBits() : 0;
            queue.append(message.first ? message.type : Opcode.CONTINUATION, last, bits, body);
            message.first = false;
        }
    }

    /** After {@link #release} the extension is closed, so its exception is expected, and no failure. */
    private void fail(Entry entry, Throwable thrown) {
        if (!encoderFailed) {
            encoderFailed = true;
            failure = thrown;
        }
        refuse(entry.completion());
    }

    // ---- out ----------------------------------------------------------------------------------------------

    private void complete(CompletableFuture<Void> completion) {
        if (completion != null) {
            if (completions == null) {
                completions = new ArrayDeque<>(1);
            }
            completions.add(new Completion(queue.appendedBytes(), completion));
        }
    }

    private void refuse(CompletableFuture<Void> completion) {
        if (completion != null) {
            refused = refused.isEmpty() ? new ArrayList<>() : refused;
            refused.add(completion);
        }
    }

    /** The operating system has taken what was drained. Returns the futures of messages that it has whole. */
    List<CompletableFuture<Void>> sent() {
        queue.sent();
        roomFreed = true;
        if (completions == null) {
            return List.of();
        }
        List<CompletableFuture<Void>> completed = new ArrayList<>();
        while (completions != null && completions.peek().endOffset() <= queue.drainedBytes()) {
            completed.add(completions.remove().future());
            completions = completions.isEmpty() ? null : completions;
        }
        return completed;
    }

    /** Returns, once, whether {@code onDrained} is due: the queue has fallen to its low-water mark. */
    boolean takeDrained() {
        boolean due = drainedWanted && queue.bytes() + waitingBytes <= options.lowWaterBytes();
        drainedWanted &= !due;
        return due;
    }

    /** Returns, once, whether a waiting sender may be admitted now. */
    boolean takeRoomFreed() {
        boolean freed = roomFreed;
        roomFreed = false;
        return freed;
    }

    /** Takes the futures of messages that will never be sent, for failing them. */
    List<CompletableFuture<Void>> takeRefused() {
        List<CompletableFuture<Void>> taken = refused;
        if (!taken.isEmpty()) {
            refused = List.of();
        }
        return taken;
    }

    /** Counts what was admitted. */
    void report(Traffic traffic) {
        if (unreportedMessages > 0) {
            traffic.sent(unreportedMessages, unreportedBytes);
            unreportedMessages = 0;
            unreportedBytes = 0;
        }
    }

    /**
     * Ends admission. Deferred messages are refused, because the last part that they wait for never comes.
     */
    void close() {
        roomFreed = true;
        if (deferred != null) {
            deferred.forEach(entry -> {
                queue.setAside(-entry.heldBytes());
                refuse(entry.completion());
            });
            deferred = null;
            deferredBytes = 0;
        }
    }

    /** Refuses all that has not left. */
    void release() {
        close();
        encoderFailed = true;
        if (waiting != null) {
            waiting.forEach(entry -> {
                noLongerWaits(entry);
                refuse(entry.completion());
            });
            waiting = null;
        }
        if (completions != null) {
            completions.forEach(completion -> refuse(completion.future()));
            completions = null;
        }
        queue.clear();
    }
}
