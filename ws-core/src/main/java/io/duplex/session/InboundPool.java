package io.duplex.session;

import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.extension.ExtensionChain;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The parts that receive, for connections that have nothing at hand: such a connection gives them back behind a receiving call that
 * ends between two messages, and takes some, perhaps others, when bytes come. An idle connection so holds none. A thread finds
 * those that it gave back itself, with their view of its own buffer. When the pool is empty it makes new ones; it bounds what
 * is kept, not what is in use. Thread-safe.
 */
final class InboundPool {
    static final InboundPool SHARED = new InboundPool();

    private static final int SLOTS = 256;
    /** A thread looks at the first few of so many slots, so that no two threads write to the same cache line. */
    private static final int STRIPE = 16;
    /** For servers and clients with limits of their own on one thread. */
    private static final int LOOKS = 4;

    private final AtomicReferenceArray<Inbound> slots = new AtomicReferenceArray<>(SLOTS);

    /** Whether a connection can do with parts from here; others have something to keep for good. */
    static boolean suits(Delivery delivery, ExtensionChain extensions) {
        return delivery == Delivery.WHOLE && extensions.agreed().isEmpty();
    }

    /** Parts between two messages, the connection's until it gives them back. */
    Inbound take(Role role, Limits limits, Inbound.Events events, Callbacks callbacks) {
        Inbound taken = find(role, limits);
        taken.lendTo(events, callbacks);
        return taken;
    }

    private Inbound find(Role role, Limits limits) {
        int first = firstSlot();
        for (int slot = first; slot < first + LOOKS; slot++) {
            Inbound known = slots.get(slot);
            if (known != null && known.isFor(role, limits) && slots.compareAndSet(slot, known, null)) {
                return known;
            }
        }
        return Inbound.ofNobody(role, limits);
    }

    /** Takes back what {@link #take} gave, and is between two messages. */
    void give(Inbound parts) {
        parts.takeBack();
        int first = firstSlot();
        for (int slot = first; slot < first + LOOKS; slot++) {
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, parts)) {
                return;
            }
        }
        // What is there may fit nobody any more.
        slots.set(first, parts);
    }

    private static int firstSlot() {
        return (int) Thread.currentThread().threadId() * STRIPE & SLOTS - 1;
    }
}
