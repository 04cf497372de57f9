package io.duplex.session;

import io.duplex.OverflowPolicy;
import io.duplex.SendQueueFullException;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Opcode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends of the application, from any thread: admission by the overflow policy, the order of messages, their compression. It shares
 * the session's lock, under which the queue is touched. Compression runs outside of it, under a lock that only senders take: the
 * order on the wire is the order in which the compressor saw the messages, and an event loop never waits for a compressor.
 */
final class Outbound {
    /** What the session does for its senders. */
    interface Gate {
        /** Whether messages are taken. Asked under the lock. */
        boolean takesMessages();

        /** Whether the current thread must not wait. */
        boolean mustNotWait();

        /** The current thread is going to wait. Said under the lock, which may be let go for a moment. */
        void aboutToWait();

        /** Bytes that left the queue and that the operating system has not taken yet. Asked under the lock. */
        long unsentBytes();

        /** Whether the transport is to be told of what was appended, by {@link #signal}. Asked once for it, under the lock. */
        boolean mustSignal();

        /** Tells the transport; the lock is not held. */
        void signal();

        /** A message was taken; the lock is not held. */
        void taken(boolean text, long bytes);

        /** A message met a full queue; the lock is not held. */
        void overflowed(OverflowPolicy policy);
    }

    /** What the bytes of an outgoing message are, and whose. */
    enum Form {
        /** A payload that stays the caller's. */
        LENT,
        /** A payload in an array that was handed over. */
        OWNED,
        /** A whole frame that is shared with other connections and never changes; it is not compressed. */
        FRAME
    }

    /** Whether a message gets in, and what {@code send} says if not. */
    private enum Admission {
        GRANTED(SendStatus.ACCEPTED), NOT_OPEN(SendStatus.CLOSED), TOO_SLOW(SendStatus.CLOSED), DROPPED(
                SendStatus.DROPPED),
        FULL(SendStatus.DROPPED);

        private final SendStatus status;

        Admission(SendStatus status) {
            this.status = status;
        }
    }

    /** A message that waits until another, which is sent in parts, has ended. */
    private record Deferred(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {}

    private final ReentrantLock lock;
    /** Null if nothing is ever compressed. */
    private final ReentrantLock encodeLock;
    /** Null until somebody waits. */
    private Condition changed;
    private final OutboundQueue queue;
    private final Completions completions;
    private final SendQueueOptions options;
    private final ExtensionChain extensions;
    private final Gate gate;

    /** Null while no message is being sent in parts. */
    private OutgoingParts parts;
    /** Null while none is deferred. */
    private ArrayDeque<Deferred> deferred;
    private long deferredBytes;
    private int waitingThreads;
    private boolean drainedWanted;
    /** What was taken since {@link #tell}. */
    private int untoldMessages;
    private long untoldBytes;

    Outbound(ReentrantLock lock, OutboundQueue queue, Completions completions, SendQueueOptions options,
            ExtensionChain extensions, Gate gate) {
        this.lock = lock;
        this.queue = queue;
        this.completions = completions;
        this.options = options;
        this.extensions = extensions;
        this.encodeLock = extensions.reservedBits() != 0 ? new ReentrantLock() : null;
        this.gate = gate;
    }

    /** Sends a message; the completion, if any, is for when the operating system has it all. */
    SendStatus message(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {
        return message(opcode, form, bytes, completion, options.overflow());
    }

    /** As above, with another policy than the connection's. */
    SendStatus message(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion,
            OverflowPolicy policy) {
        beginEncoding();
        try {
            Admission admission;
            SendStatus status = SendStatus.CLOSED;
            long payloadBytes = form == Form.FRAME
                    ? FrameWriter.payloadBytes(bytes.remaining())
                    : bytes.remaining();
            boolean signal = false;
            lock.lock();
            try {
                admission = admit(policy);
                if (admission == Admission.GRANTED) {
                    status = take(opcode, form, bytes, completion);
                    count(status, payloadBytes);
                    signal = gate.mustSignal();
                }
            } finally {
                lock.unlock();
            }
            if (signal) {
                gate.signal();
            }
            if (status != SendStatus.CLOSED) {
                gate.taken(opcode == Opcode.TEXT, payloadBytes);
            }
            return answer(admission, status);
        } finally {
            endEncoding();
        }
    }

    /**
     * Sends a part of a message. While one owner sends in parts, others may not, and their whole messages wait for the last part.
     *
     * @param mayWait whether to wait for another owner's last part and for the queue to fall below its high-water mark
     */
    SendStatus part(Object owner, Opcode type, ByteBuffer payload, boolean last, boolean mayWait) {
        boolean waits = mayWait && !gate.mustNotWait();
        if (waits && !awaitTurn(owner, last)) {
            return Thread.currentThread().isInterrupted() ? SendStatus.DROPPED : SendStatus.CLOSED;
        }
        beginEncoding();
        try {
            Admission admission;
            SendStatus status = SendStatus.CLOSED;
            long payloadBytes = 0;
            boolean signal = false;
            lock.lock();
            try {
                beginParts(owner, type);
                boolean endsBegun = mayWait && last && !parts.isFirst();
                admission = waits || endsBegun ? openOrNot() : admit(options.overflow());
                if (admission == Admission.GRANTED) {
                    payloadBytes = parts.add(payload.remaining());
                    status = takePart(payload, last);
                    if (last) {
                        count(status, payloadBytes);
                    }
                    signal = gate.mustSignal();
                } else if (parts.isFirst()) {
                    endParts();
                }
            } finally {
                lock.unlock();
            }
            if (signal) {
                gate.signal();
            }
            if (last && status != SendStatus.CLOSED) {
                gate.taken(type == Opcode.TEXT, payloadBytes);
            }
            return answer(admission, status);
        } finally {
            endEncoding();
        }
    }

    private void beginParts(Object owner, Opcode type) {
        if (parts == null) {
            parts = new OutgoingParts(owner, type, extensions.outgoing(type == Opcode.TEXT, Long.MAX_VALUE));
        } else {
            parts.requireContinuedBy(owner, type);
        }
    }

    private void count(SendStatus status, long payloadBytes) {
        if (status != SendStatus.CLOSED) {
            untoldMessages++;
            untoldBytes += payloadBytes;
        }
    }

    /** Adds what was taken to the counters. Called under the lock. */
    void tell(Traffic traffic) {
        if (untoldMessages > 0) {
            traffic.sent(untoldMessages, untoldBytes);
            untoldMessages = 0;
            untoldBytes = 0;
        }
    }

    /** The operating system has taken what left the queue. Called under the lock; returns whether the application wants to hear of it. */
    boolean drained() {
        if (waitingThreads > 0) {
            wakeWaiting();
        }
        boolean tell = drainedWanted && queue.bytes() <= options.lowWaterBytes();
        drainedWanted &= !tell;
        return tell;
    }

    /** Nothing is taken any more. Called under the lock. */
    void close() {
        wakeWaiting();
        if (deferred != null) {
            deferred.forEach(message -> message.completion()
                    .ifPresent(completion -> completions.add(Long.MAX_VALUE, completion)));
            deferred = null;
        }
        deferredBytes = 0;
    }

    private void beginEncoding() {
        if (encodeLock != null) {
            encodeLock.lock();
        }
    }

    private void endEncoding() {
        if (encodeLock != null) {
            encodeLock.unlock();
        }
    }

    private SendStatus take(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {
        if (parts != null) {
            defer(opcode, form, bytes, completion);
        } else if (!append(opcode, form, bytes, completion)) {
            return SendStatus.CLOSED;
        }
        return appended();
    }

    /** Returns false if the connection closed while the message was compressed. */
    private boolean append(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {
        Optional<Extension> encoder = form == Form.FRAME || encodeLock == null
                ? Optional.empty()
                : extensions.outgoing(opcode == Opcode.TEXT, bytes.remaining());
        if (encoder.isPresent()) {
            ByteBuffer encoded = encode(encoder.get(), bytes, true);
            if (!gate.takesMessages()) {
                return false;
            }
            queue.append(opcode, true, encoder.get().reservedBits(), encoded);
        } else if (form == Form.FRAME) {
            queue.appendShared(bytes);
        } else if (form == Form.OWNED) {
            queue.appendOwned(opcode, true, 0, bytes);
        } else {
            queue.append(opcode, true, 0, bytes);
        }
        if (completion.isPresent()) {
            completions.add(queue.appendedBytes(), completion.get());
        }
        return true;
    }

    private ByteBuffer encode(Extension encoder, ByteBuffer payload, boolean last) {
        EncodedBytes out = new EncodedBytes(payload.remaining());
        lock.unlock();
        try {
            encoder.encode(payload.slice().asReadOnlyBuffer(), last, out);
            payload.position(payload.limit());
        } finally {
            lock.lock();
        }
        return out.bytes();
    }

    private void defer(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {
        ByteBuffer kept = form == Form.LENT
                ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip()
                : bytes;
        if (deferred == null) {
            deferred = new ArrayDeque<>(1);
        }
        deferred.add(new Deferred(opcode, form, kept, completion));
        deferredBytes += kept.remaining();
    }

    private SendStatus takePart(ByteBuffer payload, boolean last) {
        Optional<Extension> encoder = parts.encoder();
        ByteBuffer body = encoder.isPresent() ? encode(encoder.get(), payload, last) : payload;
        if (!gate.takesMessages()) {
            return SendStatus.CLOSED;
        }
        // A compressor may keep a part back; an empty frame in the middle would tell the peer nothing.
        if (body.hasRemaining() || last) {
            int bits = parts.isFirst() && encoder.isPresent() ? encoder.get().reservedBits() : 0;
            queue.append(parts.nextOpcode(), last, bits, body);
        }
        if (last) {
            endParts();
        }
        return appended();
    }

    /** The message was sent to its end, or nothing of it was: others have their turn. */
    private void endParts() {
        parts = null;
        releaseDeferred();
        wakeWaiting();
    }

    private void releaseDeferred() {
        while (deferred != null && gate.takesMessages()) {
            Deferred message = deferred.remove();
            deferred = deferred.isEmpty() ? null : deferred;
            deferredBytes -= message.bytes().remaining();
            append(message.opcode(), message.form(), message.bytes(), message.completion());
        }
    }

    private SendStatus appended() {
        if (waitingBytes() > options.highWaterBytes()) {
            drainedWanted = true;
            return SendStatus.ABOVE_HIGH_WATER;
        }
        return SendStatus.ACCEPTED;
    }

    private SendStatus answer(Admission admission, SendStatus taken) {
        switch (admission) {
            case TOO_SLOW -> gate.overflowed(OverflowPolicy.CLOSE);
            case DROPPED -> gate.overflowed(OverflowPolicy.DROP);
            case FULL -> {
                gate.overflowed(OverflowPolicy.FAIL);
                throw new SendQueueFullException(options.limitBytes());
            }
            case GRANTED, NOT_OPEN -> {
                // The status says it all.
            }
        }
        return admission == Admission.GRANTED ? taken : admission.status;
    }

    private Admission admit(OverflowPolicy policy) {
        if (!gate.takesMessages()) {
            return Admission.NOT_OPEN;
        }
        if (waitingBytes() < options.limitBytes()) {
            return Admission.GRANTED;
        }
        return switch (policy) {
            case CLOSE -> Admission.TOO_SLOW;
            case FAIL -> Admission.FULL;
            case DROP -> Admission.DROPPED;
            case BLOCK -> gate.mustNotWait() ? Admission.FULL : awaitRoom();
        };
    }

    private Admission openOrNot() {
        return gate.takesMessages() ? Admission.GRANTED : Admission.NOT_OPEN;
    }

    /** An interrupt ends the wait: the message is dropped and the thread stays interrupted. */
    private Admission awaitRoom() {
        waitingThreads++;
        try {
            gate.aboutToWait();
            while (gate.takesMessages() && waitingBytes() >= options.limitBytes()) {
                awaitChange();
            }
            return openOrNot();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Admission.DROPPED;
        } finally {
            waitingThreads--;
        }
    }

    /**
     * Waits, for the sender of a stream, until nobody else streams and not too much waits; false if interrupted or closed. The end of
     * a message that has begun need not wait for room: half a message would hold up all others.
     */
    private boolean awaitTurn(Object owner, boolean last) {
        lock.lock();
        waitingThreads++;
        try {
            gate.aboutToWait();
            while (gate.takesMessages()
                    && (parts != null && !parts.isOf(owner)
                            || !(last && parts != null) && waitingBytes() > options.highWaterBytes())) {
                awaitChange();
            }
            return gate.takesMessages();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingThreads--;
            lock.unlock();
        }
    }

    private void awaitChange() throws InterruptedException {
        if (changed == null) {
            changed = lock.newCondition();
        }
        changed.await();
    }

    private void wakeWaiting() {
        if (changed != null) {
            changed.signalAll();
        }
    }

    /** Whether so much waits that reading pauses. Called under the lock. */
    boolean holdsUpInput() {
        return queue.bytes() > options.highWaterBytes() && options.pausesReading();
    }

    private long waitingBytes() {
        return queue.bytes() + gate.unsentBytes() + deferredBytes;
    }
}
