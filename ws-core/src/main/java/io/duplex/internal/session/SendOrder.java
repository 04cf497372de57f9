package io.duplex.internal.session;

import io.duplex.extension.Extension;
import io.duplex.frame.Opcode;
import io.duplex.internal.session.Outbound.Form;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The order of what is sent. What can be encoded at once goes straight into the {@link OutboundQueue}; the
 * rest waits here in the order of admission: behind a message that a thread is compressing, or, if it is a
 * whole message, behind the last part of another. One thread at a time encodes; it gets entries by
 * {@link #whole}, {@link #part} and {@link #next}, and reports with {@link #encoded}. Guarded by the
 * session's lock, but for {@link Entry#encode}; it never locks, waits or calls out.
 */
final class SendOrder {
    /** Something that has its place in the order. */
    sealed interface Entry {
        /** What it holds of memory, before compression. */
        long payloadBytes();

        /** Whether {@link #encode} has work to do. */
        boolean needsEncoding();

        /**
         * Returns the payload as it goes on the wire. The only method that may take long; called without the
         * lock.
         */
        ByteBuffer encode();
    }

    private record Whole(Opcode opcode, Form form, ByteBuffer bytes, long payloadBytes,
            Optional<CompletableFuture<Void>> completion, Optional<Extension> encoder) implements Entry {
        @Override
        public boolean needsEncoding() {
            return encoder.isPresent();
        }

        @Override
        public ByteBuffer encode() {
            return SendOrder.encode(encoder, bytes, true);
        }
    }

    private record Part(OutgoingParts message, ByteBuffer bytes, long payloadBytes, boolean last)
            implements
                Entry {
        @Override
        public boolean needsEncoding() {
            return message.encoder().isPresent();
        }

        @Override
        public ByteBuffer encode() {
            return SendOrder.encode(message.encoder(), bytes, last);
        }
    }

    /** A control frame that must not overtake messages. */
    private record Control(Runnable append) implements Entry {
        @Override
        public long payloadBytes() {
            return 0;
        }

        @Override
        public boolean needsEncoding() {
            return false;
        }

        @Override
        public ByteBuffer encode() {
            throw new IllegalStateException("a control frame is never encoded");
        }
    }

    private final OutboundQueue queue;
    private final Completions completions;

    /** The message that is being sent in parts, as far as its parts were admitted; null if none. */
    private OutgoingParts parts;
    /** Whole messages behind its last part. Null while there are none. */
    private ArrayDeque<Whole> deferred;
    private long deferredBytes;
    /** What waits for the thread that encodes. Null while there is none. */
    private ArrayDeque<Entry> waiting;
    private long waitingBytes;
    private boolean encoding;
    /**
     * The encoder threw: what it had seen of the message is lost, and with it the peer's understanding of all
     * that follows.
     */
    private boolean broken;
    private boolean released;
    private Throwable failure;
    private boolean appendedForOthers;
    /** Of messages that will never be sent. */
    private List<CompletableFuture<Void>> refused = List.of();

    SendOrder(OutboundQueue queue, Completions completions) {
        this.queue = queue;
        this.completions = completions;
    }

    /** Whether messages still make sense to a peer. */
    boolean isIntact() {
        return !broken && !released;
    }

    /** Bytes of payload that wait to be encoded. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Bytes of payload that wait for the last part of another message. */
    long deferredBytes() {
        return deferredBytes;
    }

    private void waits(long bytes) {
        waitingBytes += bytes;
        queue.setAside(bytes);
    }

    private void defers(long bytes) {
        deferredBytes += bytes;
        queue.setAside(bytes);
    }

    /** Whether a whole message that is admitted now has nothing before it. */
    boolean isFree() {
        return parts == null && !isBusy();
    }

    /** Whether something is still to come into the queue, behind which nothing may overtake. */
    boolean isBusy() {
        return encoding || waiting != null;
    }

    // ---- admitted -----------------------------------------------------------------------------------------

    /**
     * A whole message was admitted.
     *
     * @return what the current thread has to encode now, or null
     */
    Entry whole(Opcode opcode, Form form, ByteBuffer bytes, Optional<CompletableFuture<Void>> completion,
            Optional<Extension> encoder) {
        if (parts == null && !isBusy() && encoder.isEmpty()) {
            append(opcode, form, bytes, completion);
            return null;
        }
        boolean now = parts == null && !isBusy();
        int length = bytes.remaining();
        ByteBuffer kept = now || form != Form.LENT ? bytes : copyOf(bytes);
        Whole entry = new Whole(opcode, form, kept, length, completion, encoder);
        if (parts == null) {
            return add(entry, now);
        }
        defer(entry);
        return null;
    }

    private void defer(Whole entry) {
        if (deferred == null) {
            deferred = new ArrayDeque<>(1);
        }
        deferred.add(entry);
        defers(entry.payloadBytes());
    }

    /** The message that is being sent in parts, or null. */
    OutgoingParts parts() {
        return parts;
    }

    /** The first part of a message is going to be admitted. */
    OutgoingParts begin(OutgoingParts message) {
        parts = message;
        return message;
    }

    /**
     * As {@link #whole}, for a part of the message that has begun. With the last one, other messages have
     * their turn.
     */
    Entry part(ByteBuffer payload, boolean last) {
        OutgoingParts message = parts;
        boolean now = !isBusy();
        Entry work = null;
        if (now && message.encoder().isEmpty()) {
            // A part that cannot be appended leaves half a message, so that is a failure.
            append(new Part(message, payload, payload.remaining(), last), payload);
        } else {
            int length = payload.remaining();
            work = add(new Part(message, now ? payload : copyOf(payload), length, last), now);
        }
        return last ? endParts(work) : work;
    }

    private Entry endParts(Entry work) {
        parts = null;
        if (deferred == null) {
            return work;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>(deferred.size());
        }
        waiting.addAll(deferred);
        waits(deferredBytes);
        dropDeferred();
        return encoding ? work : take();
    }

    /** Runs, in its place in the order, what appends a control frame. */
    void control(Runnable append) {
        if (waiting != null) {
            waiting.add(new Control(append));
        } else if (encoding) {
            waiting = new ArrayDeque<>(1);
            waiting.add(new Control(append));
        } else {
            append.run();
        }
    }

    /** @param now whether nothing is before it, so that the current thread encodes it */
    private Entry add(Entry entry, boolean now) {
        waits(entry.payloadBytes());
        if (now) {
            encoding = true;
            return entry;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>(1);
        }
        waiting.add(entry);
        // The thread that encoded before has left the rest to the next one that comes.
        return encoding ? null : take();
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    // ---- encoded ------------------------------------------------------------------------------------------

    /** The current thread has encoded an entry; returns whether it was appended. */
    boolean encoded(Entry entry, ByteBuffer encoded) {
        waits(-entry.payloadBytes());
        return append(entry, encoded);
    }

    /** The encoder threw. After a release that is no failure: its extension was closed. */
    void failed(Entry entry, Throwable thrown) {
        waits(-entry.payloadBytes());
        fail(entry, thrown);
    }

    private void fail(Entry entry, Throwable thrown) {
        if (isIntact()) {
            broken = true;
            failure = thrown;
        }
        drop(entry);
    }

    /** Takes what made it impossible to send on; null if nothing did. */
    Throwable takeFailure() {
        Throwable taken = failure;
        failure = null;
        return taken;
    }

    /** @param body of an entry that needs encoding: encoded; otherwise as it is */
    private boolean append(Entry entry, ByteBuffer body) {
        if (!isIntact()) {
            drop(entry);
            return false;
        }
        try {
            switch (entry) {
                case Whole whole when whole.needsEncoding() -> {
                    queue.append(whole.opcode(), true, whole.encoder().get().reservedBits(), body);
                    complete(whole.completion());
                }
                case Whole whole -> append(whole.opcode(), whole.form(), body, whole.completion());
                case Part part -> append(part.message(), body, part.last());
                case Control control -> throw new IllegalStateException("a control frame has no body");
            }
            return true;
        } catch (Throwable thrown) {
            // Too little memory, most likely. It was accepted: that it is missing must not be overlooked.
            fail(entry, thrown);
            return false;
        }
    }

    /**
     * Appends what needs no encoding.
     *
     * @param leave whether to leave the rest to another thread
     * @return what the current thread has to encode next; null if there is nothing, or all is left
     */
    Entry next(boolean leave) {
        encoding = false;
        return leave && waiting != null ? null : take();
    }

    /** Whether there is work and no thread that does it. */
    boolean isLeft() {
        return waiting != null && !encoding;
    }

    /** Whether {@link #next} has appended something; asked once. */
    boolean hasAppendedForOthers() {
        boolean appended = appendedForOthers;
        appendedForOthers = false;
        return appended;
    }

    /** Takes up work that was left; null if there is none, or another thread does it. */
    Entry resume() {
        return isLeft() ? take() : null;
    }

    private Entry take() {
        while (waiting != null) {
            Entry entry = waiting.remove();
            waiting = waiting.isEmpty() ? null : waiting;
            if (entry.needsEncoding() && isIntact()) {
                encoding = true;
                return entry;
            }
            waits(-entry.payloadBytes());
            appendUnencoded(entry);
        }
        return null;
    }

    private void appendUnencoded(Entry entry) {
        appendedForOthers = true;
        switch (entry) {
            case Control control -> control.append().run();
            case Whole whole -> append(whole, whole.bytes());
            case Part part -> append(part, part.bytes());
        }
    }

    private void append(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {
        switch (form) {
            case LENT -> queue.append(opcode, true, 0, bytes);
            case OWNED -> queue.appendOwned(opcode, true, 0, bytes);
            case FRAME -> queue.appendShared(bytes);
        }
        complete(completion);
    }

    private void complete(Optional<CompletableFuture<Void>> completion) {
        if (completion.isPresent()) {
            completions.add(queue.appendedBytes(), completion.get());
        }
    }

    private void append(OutgoingParts message, ByteBuffer body, boolean last) {
        // A compressor may keep a part back; an empty frame in the middle would tell the peer nothing.
        if (body.hasRemaining() || last) {
            int bits = message.isFirst() && message.encoder().isPresent()
                    ? message.encoder().get().reservedBits()
                    : 0;
            queue.append(message.nextOpcode(), last, bits, body);
        }
    }

    private static ByteBuffer encode(Optional<Extension> encoder, ByteBuffer payload, boolean last) {
        EncodedBytes out = new EncodedBytes(payload.remaining());
        encoder.orElseThrow().encode(payload.slice().asReadOnlyBuffer(), last, out);
        payload.position(payload.limit());
        return out.bytes();
    }

    // ---- the end ------------------------------------------------------------------------------------------

    /**
     * No message is admitted any more. Those behind the last part of another will never leave, for that part
     * never comes.
     */
    void close() {
        if (deferred != null) {
            deferred.forEach(this::drop);
            dropDeferred();
        }
    }

    private void dropDeferred() {
        deferred = null;
        defers(-deferredBytes);
    }

    /** Nothing is appended any more. */
    void release() {
        close();
        released = true;
        if (waiting != null) {
            waiting.forEach(this::drop);
            waiting.forEach(entry -> waits(-entry.payloadBytes()));
            waiting = null;
        }
    }

    private void drop(Entry entry) {
        if (entry instanceof Whole whole && whole.completion().isPresent()) {
            refused = refused.isEmpty() ? new ArrayList<>() : refused;
            refused.add(whole.completion().get());
        }
    }

    /** Takes out the futures of messages that will never be sent, for failing them. */
    List<CompletableFuture<Void>> takeRefused() {
        List<CompletableFuture<Void>> taken = refused;
        refused = List.of();
        return taken;
    }
}
