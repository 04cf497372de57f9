package io.duplex.internal.session;

import io.duplex.OverflowPolicy;
import io.duplex.SendQueueFullException;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.Opcode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends of the application, from any thread. Each call decides under the session's lock, compresses without
 * it, wakes the transport, and notifies the listener last.
 *
 * <p>A message takes its place in the {@link SendOrder} when it is admitted. One thread at a time encodes, in
 * that order: the order on the wire is the order in which messages were admitted, and in which the compressor
 * saw them. A sender that finds another thread encoding leaves its message to that thread and returns. So a
 * sender waits for room, or for the end of another stream, where it may wait at all; it never waits for
 * another sender.
 */
final class Outbound {
    /** What the session does for its senders. */
    interface Gate {
        /** Whether messages are accepted. Asked under the lock. */
        boolean takesMessages();

        /** Whether the current thread must not wait. */
        boolean mustNotWait();

        /** Whether output of the current thread is held back until its callback returns. */
        boolean isCorked();

        /**
         * The current thread holds nothing back any more, because it is going to wait; the lock is not held.
         */
        void uncork();

        /**
         * Bytes that left the queue and that the operating system has not taken yet. Asked under the lock.
         */
        long unsentBytes();

        /**
         * Whether {@link #signal} is due for what was appended. Asked once for it, under the lock.
         *
         * @param atOnce even if the current thread holds its output back, because this is another thread's
         */
        boolean mustSignal(boolean atOnce);

        /**
         * As {@link #mustSignal}, after a message has left the {@link SendOrder}, for whose end more than
         * output may wait.
         */
        boolean mustSignalEncoded(boolean atOnce);

        /** Wakes the transport; the lock is not held. */
        void signal();

        /** Runs a task later on the transport's thread; the lock is not held. */
        void later(Runnable task);

        /** A message was accepted; the lock is not held. */
        void taken(boolean text, long bytes);

        /** A message met a full queue; the lock is not held. */
        void overflowed(OverflowPolicy policy);

        /**
         * A message that was accepted cannot be encoded, so that nothing can follow it; the lock is not held.
         */
        void encodingFailed(Throwable thrown);

        /** The memory budget had no room for a message; the lock is not held. */
        void overBudget(long bytes);
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
        FULL(SendStatus.DROPPED), WAITS(SendStatus.DROPPED), OVER_BUDGET(SendStatus.CLOSED);

        private final SendStatus status;

        Admission(SendStatus status) {
            this.status = status;
        }
    }

    /** Asks again under the lock, after a wait. */
    private interface Question {
        Admission ask();
    }

    /** How much one thread encodes for others before it leaves the rest to the transport's thread. */
    private static final int HELP_BYTES = 64 << 10;

    private final ReentrantLock lock;
    /** Null until a thread waits. */
    private Condition changed;
    private final OutboundQueue queue;
    private final SendOrder order;
    private final SendQueueOptions options;
    private final ExtensionChain extensions;
    private final Gate gate;

    private int waitingThreads;
    private boolean drainedWanted;
    /** Accepted since {@link #tell}. */
    private int untoldMessages;
    private long untoldBytes;

    Outbound(ReentrantLock lock, OutboundQueue queue, Completions completions, SendQueueOptions options,
            ExtensionChain extensions, Gate gate) {
        this.lock = lock;
        this.queue = queue;
        this.order = new SendOrder(queue, completions);
        this.options = options;
        this.extensions = extensions;
        this.gate = gate;
    }

    /** Sends a message; the completion, if any, is for when the operating system has it all. */
    SendStatus message(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion) {
        return message(opcode, form, bytes, completion, options.overflow());
    }

    /** As above, with another policy than the connection's. */
    SendStatus message(Opcode opcode, Form form, ByteBuffer bytes,
            Optional<CompletableFuture<Void>> completion, OverflowPolicy policy) {
        boolean text = opcode == Opcode.TEXT;
        int given = bytes.remaining();
        long payloadBytes = form == Form.FRAME ? FrameHeader.payloadBytes(given) : given;
        Admission admission;
        SendStatus status = SendStatus.CLOSED;
        SendOrder.Entry work = null;
        boolean own = false;
        boolean signal = false;
        Throwable failure = null;
        boolean uncork = false;
        do {
            if (uncork) {
                gate.uncork();
            }
            lock.lock();
            try {
                admission = admit(policy, waitingBytes());
                uncork = admission == Admission.WAITS && gate.isCorked();
                if (admission == Admission.WAITS && !uncork) {
                    admission = await(() -> admit(policy, waitingBytes()));
                }
                admission = withinBudget(admission, form == Form.FRAME ? 0 : payloadBytes);
                if (admission == Admission.GRANTED) {
                    own = order.isFree();
                    work = order.whole(opcode, form, bytes, completion, encoder(form, text, given));
                    own &= work != null;
                    status = own ? SendStatus.CLOSED : accepted();
                    count(payloadBytes);
                    signal = work == null && gate.mustSignal(order.hasAppendedForOthers());
                    failure = order.takeFailure();
                    status = failure == null ? status : SendStatus.CLOSED;
                }
            } finally {
                lock.unlock();
            }
        } while (uncork);
        if (signal) {
            gate.signal();
        }
        if (failure != null) {
            gate.encodingFailed(failure);
        }
        if (work != null) {
            status = encode(work, own, status);
        }
        return answer(admission, status, text, payloadBytes, true);
    }

    private Optional<Extension> encoder(Form form, boolean text, int payloadBytes) {
        return form == Form.FRAME ? Optional.empty() : extensions.outgoing(text, payloadBytes);
    }

    /**
     * Sends a part of a message. While one owner sends in parts, others may not, and their whole messages
     * wait for the last part.
     *
     * @param mayWait whether to wait for another owner's last part and for the queue to fall below its
     * high-water mark
     */
    SendStatus part(Object owner, Opcode type, ByteBuffer payload, boolean last, boolean mayWait) {
        boolean waits = mayWait && !gate.mustNotWait();
        Admission admission;
        SendStatus status = SendStatus.CLOSED;
        SendOrder.Entry work = null;
        boolean own = false;
        long payloadBytes = payload.remaining();
        boolean signal = false;
        Throwable failure = null;
        boolean uncork = false;
        do {
            if (uncork) {
                gate.uncork();
            }
            lock.lock();
            try {
                admission = admitPart(owner, type, last, mayWait, waits);
                uncork = admission == Admission.WAITS && gate.isCorked();
                if (admission == Admission.WAITS && !uncork) {
                    admission = await(() -> admitPart(owner, type, last, mayWait, waits));
                }
                admission = withinBudget(admission, payloadBytes);
                if (admission == Admission.GRANTED) {
                    OutgoingParts message = message(owner, type);
                    payloadBytes = message.add(payload.remaining());
                    own = !order.isBusy() && message.encoder().isPresent();
                    work = order.part(payload, last);
                    status = own ? SendStatus.CLOSED : accepted();
                    if (last) {
                        count(payloadBytes);
                        wakeWaiting();
                    }
                    signal = work == null && gate.mustSignal(order.hasAppendedForOthers());
                    failure = order.takeFailure();
                    status = failure == null ? status : SendStatus.CLOSED;
                }
            } finally {
                lock.unlock();
            }
        } while (uncork);
        if (signal) {
            gate.signal();
        }
        if (failure != null) {
            gate.encodingFailed(failure);
        }
        if (work != null) {
            status = encode(work, own, status);
        }
        return answer(admission, status, type == Opcode.TEXT, payloadBytes, last);
    }

    /** The message that this part belongs to; its length is not known. */
    private OutgoingParts message(Object owner, Opcode type) {
        OutgoingParts begun = order.parts();
        return begun != null
                ? begun
                : order.begin(new OutgoingParts(owner, type,
                        extensions.outgoing(type == Opcode.TEXT, Long.MAX_VALUE)));
    }

    // ---- encoding, without the lock -----------------------------------------------------------------------

    /**
     * Encodes an entry, and behind it what others have put in order meanwhile: they have not waited for that.
     *
     * @param own      whether the entry is the current thread's
     * @param accepted what {@code send} answers if it is not
     * @return what {@code send} answers
     */
    private SendStatus encode(SendOrder.Entry first, boolean own, SendStatus accepted) {
        SendStatus status = accepted;
        SendOrder.Entry next = first;
        long helpedBytes = own ? -first.payloadBytes() : 0;
        boolean atOnce = !own;
        while (next != null) {
            SendOrder.Entry entry = next;
            ByteBuffer encoded = null;
            Throwable thrown = null;
            try {
                encoded = entry.encode();
            } catch (Throwable failure) {
                thrown = failure;
            }
            helpedBytes += entry.payloadBytes();
            boolean leaves;
            boolean signal;
            Throwable failure;
            List<CompletableFuture<Void>> refused;
            lock.lock();
            try {
                if (thrown != null) {
                    order.failed(entry, thrown);
                } else if (order.encoded(entry, encoded) && own && entry == first) {
                    status = accepted();
                }
                next = order.next(helpedBytes >= HELP_BYTES);
                leaves = order.isLeft();
                failure = order.takeFailure();
                refused = order.takeRefused();
                atOnce |= next != null || order.hasAppendedForOthers();
                wakeWaiting();
                signal = gate.mustSignalEncoded(atOnce);
            } finally {
                lock.unlock();
            }
            if (signal) {
                gate.signal();
            }
            if (leaves) {
                gate.later(this::encodeRest);
            }
            Completions.fail(refused);
            if (failure != null) {
                gate.encodingFailed(failure);
            }
        }
        return status;
    }

    /** On the transport's thread: the senders that came since may have done it already. */
    private void encodeRest() {
        SendOrder.Entry work;
        boolean signal;
        Throwable failure;
        lock.lock();
        try {
            work = order.resume();
            failure = order.takeFailure();
            wakeWaiting();
            signal = gate.mustSignalEncoded(true);
        } finally {
            lock.unlock();
        }
        if (signal) {
            gate.signal();
        }
        if (failure != null) {
            gate.encodingFailed(failure);
        }
        if (work != null) {
            encode(work, false, SendStatus.ACCEPTED);
        }
    }

    // ---- under the lock -----------------------------------------------------------------------------------

    /** Appends a control frame behind the messages that were admitted before. */
    void inOrder(Runnable append) {
        order.control(append);
    }

    /** Whether messages that were admitted have not reached the queue yet. */
    boolean isBusy() {
        return order.isBusy();
    }

    /** Payload that waits in front of the queue. */
    long waitingPayloadBytes() {
        return order.waitingBytes() + order.deferredBytes();
    }

    private void count(long payloadBytes) {
        untoldMessages++;
        untoldBytes += payloadBytes;
    }

    /** Adds what was accepted to the counters. */
    void tell(Traffic traffic) {
        if (untoldMessages > 0) {
            traffic.sent(untoldMessages, untoldBytes);
            untoldMessages = 0;
            untoldBytes = 0;
        }
    }

    /**
     * The operating system has taken what left the queue. Returns whether the application wants to hear of
     * it.
     */
    boolean drained() {
        if (waitingThreads > 0) {
            wakeWaiting();
        }
        boolean tell = drainedWanted && queue.bytes() + order.waitingBytes() <= options.lowWaterBytes();
        drainedWanted &= !tell;
        return tell;
    }

    /** Nothing is accepted any more. */
    void close() {
        order.close();
        wakeWaiting();
    }

    /** Nothing leaves any more; returns the futures of messages that had not reached the queue. */
    List<CompletableFuture<Void>> release() {
        order.release();
        wakeWaiting();
        return new ArrayList<>(order.takeRefused());
    }

    private SendStatus accepted() {
        if (waitingBytes() > options.highWaterBytes()) {
            drainedWanted = true;
            return SendStatus.ABOVE_HIGH_WATER;
        }
        return SendStatus.ACCEPTED;
    }

    private Admission admit(OverflowPolicy policy, long waitingBytes) {
        if (!isOpen()) {
            return Admission.NOT_OPEN;
        }
        if (waitingBytes < options.limitBytes()) {
            return Admission.GRANTED;
        }
        return switch (policy) {
            case CLOSE -> Admission.TOO_SLOW;
            case FAIL -> Admission.FULL;
            case DROP -> Admission.DROPPED;
            case BLOCK -> gate.mustNotWait() ? Admission.FULL : Admission.WAITS;
        };
    }

    /** Shared frames are their owner's memory, and no connection's. */
    private Admission withinBudget(Admission admission, long bytes) {
        return admission != Admission.GRANTED || queue.reserve(bytes) ? admission : Admission.OVER_BUDGET;
    }

    private boolean isOpen() {
        return gate.takesMessages() && order.isIntact();
    }

    /**
     * A message that has begun does not wait for those that are deferred until it ends. Its end need not wait
     * for room at all, if it is a stream's: half a message would hold up all others.
     */
    private Admission admitPart(Object owner, Opcode type, boolean last, boolean mayWait, boolean waits) {
        if (!isOpen()) {
            return Admission.NOT_OPEN;
        }
        OutgoingParts begun = order.parts();
        if (begun != null && waits && !begun.isOf(owner)) {
            return Admission.WAITS;
        }
        if (begun != null) {
            begun.requireContinuedBy(owner, type);
        }
        if (begun != null && last && mayWait) {
            return Admission.GRANTED;
        }
        long before = waitingBytes() - (begun == null ? 0 : order.deferredBytes());
        if (waits) {
            return before > options.highWaterBytes() ? Admission.WAITS : Admission.GRANTED;
        }
        return admit(options.overflow(), before);
    }

    /**
     * Waits until a question is answered otherwise. An interrupt ends the wait, and stays set: the message is
     * dropped.
     */
    private Admission await(Question question) {
        waitingThreads++;
        try {
            Admission admission = Admission.WAITS;
            while (admission == Admission.WAITS) {
                if (changed == null) {
                    changed = lock.newCondition();
                }
                changed.await();
                admission = question.ask();
            }
            return admission;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return isOpen() ? Admission.DROPPED : Admission.NOT_OPEN;
        } finally {
            waitingThreads--;
        }
    }

    private void wakeWaiting() {
        if (changed != null) {
            changed.signalAll();
        }
    }

    /** Whether so much waits that reading pauses. */
    boolean holdsUpInput() {
        return queue.bytes() + order.waitingBytes() > options.highWaterBytes() && options.pausesReading();
    }

    private long waitingBytes() {
        return queue.bytes() + gate.unsentBytes() + waitingPayloadBytes();
    }

    // ---- notifying, without the lock ----------------------------------------------------------------------

    private SendStatus answer(Admission admission, SendStatus accepted, boolean text, long payloadBytes,
            boolean ends) {
        switch (admission) {
            case GRANTED -> {
                if (ends && accepted != SendStatus.CLOSED) {
                    gate.taken(text, payloadBytes);
                }
            }
            case OVER_BUDGET -> gate.overBudget(payloadBytes);
            case TOO_SLOW -> gate.overflowed(OverflowPolicy.CLOSE);
            case DROPPED -> gate.overflowed(OverflowPolicy.DROP);
            case FULL -> {
                gate.overflowed(OverflowPolicy.FAIL);
                throw new SendQueueFullException(options.limitBytes());
            }
            case NOT_OPEN, WAITS -> {
                // The status says it all.
            }
        }
        return admission == Admission.GRANTED ? accepted : admission.status;
    }
}
