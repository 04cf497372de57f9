package io.duplex.session;

import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.FrameReader;
import io.duplex.frame.FrameReader.Event;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolException;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * From bytes to messages and control frames. It stops at any frame when told to, and then leaves the rest to its caller; of data
 * payloads it keeps nothing, of an unfinished control frame up to 125 bytes. Receiving thread only. It is one connection's for
 * good, or lent by {@link InboundPool}.
 */
final class Inbound {
    /** What the session does with what came. */
    interface Events {
        /** Whether more may be delivered now. */
        boolean delivers();

        /** How much may be done in the receiving call under way. */
        default WorkBudget budget() {
            return new WorkBudget();
        }

        void ping(ByteBuffer payload);

        void pong(ByteBuffer payload);

        void close(Optional<CloseFrame> frame);
    }

    /**
     * The most of a compressed payload that is inflated before the budget is checked: it may be a thousand
     * times as much.
     */
    private static final int COMPRESSED_PIECE_BYTES = 4 << 10;

    private final Role role;
    private final Limits limits;
    private final FrameReader reader;
    private final FrameRules rules;
    private final ExtensionChain extensions;
    private final MessageSink sink;
    /** The sink, if this is lent; null if it is one connection's. */
    private final WholeMessages lentSink;
    /** Null while it is lent to nobody. */
    private Events events;
    /** Of buffers that several connections are read from. */
    private final ReadOnlyView sharedView = new ReadOnlyView();
    private ReadOnlyView view = sharedView;

    private ByteBuffer control;
    private Optional<Extension> decoder = Optional.empty();

    Inbound(Role role, Limits limits, ExtensionChain extensions, MessageSink sink, Events events) {
        this(role, limits, extensions, sink, null, events);
    }

    private Inbound(Role role, Limits limits, ExtensionChain extensions, MessageSink sink,
            WholeMessages lentSink, Events events) {
        this.role = role;
        this.limits = limits;
        this.lentSink = lentSink;
        this.reader = new FrameReader(role == Role.SERVER, frameLimit(limits, extensions));
        this.rules = new FrameRules(limits.maxFragments());
        this.extensions = extensions;
        this.sink = sink;
        this.events = events;
        reader.allowReservedBits(extensions.reservedBits());
    }

    /** One connection's for good. */
    static Inbound owned(Facts facts, Delivery delivery, ExtensionChain extensions, Callbacks callbacks,
            Events events) {
        Limits limits = facts.options().limits();
        MessageSink sink = delivery == Delivery.WHOLE
                ? new WholeMessages(limits.maxMessageBytes(), callbacks)
                : new MessageParts(limits.maxMessageBytes(), callbacks);
        return new Inbound(facts.role(), limits, extensions, sink, events);
    }

    /** For whole messages and no extensions; to be lent. */
    static Inbound ofNobody(Role role, Limits limits) {
        WholeMessages sink = new WholeMessages(limits.maxMessageBytes());
        return new Inbound(role, limits, ExtensionChain.of(List.of()), sink, sink, null);
    }

    boolean isFor(Role wantedRole, Limits wantedLimits) {
        return role == wantedRole && limits.equals(wantedLimits);
    }

    /** Serves another connection from its first byte on; nothing is left of the one before. */
    void lendTo(Events borrower, Callbacks callbacks) {
        reader.reset();
        rules.reset();
        lentSink.reset();
        control = null;
        decoder = Optional.empty();
        events = borrower;
        lentSink.deliverTo(callbacks);
    }

    /** Looks at this connection's own buffers by its own view, so that no other's is made anew for them. */
    void viewBy(ReadOnlyView own) {
        view = own;
    }

    void takeBack() {
        events = null;
        view = sharedView;
        lentSink.deliverTo(null);
    }

    /** Whether this is lent, and is between two messages and two frames. */
    boolean canBeGivenBack() {
        return lentSink != null && control == null && reader.atBoundary() && !rules.inMessage();
    }

    /**
     * What hardly compresses grows: DEFLATE adds some bytes to each of its stored blocks (RFC 1951 section 3.2.4). A message within the
     * limits must not fail for that.
     */
    private static long frameLimit(Limits limits, ExtensionChain extensions) {
        long limit = limits.maxFrameBytes();
        return extensions.reservedBits() == 0 ? limit : limit + limit / 1000 + 64;
    }

    /** Reads all of {@code src}, or up to where delivery has to stop or the budget is spent. */
    void receive(ByteBuffer src) throws ProtocolException {
        WorkBudget budget = events.budget();
        while (events.delivers() && !budget.isSpent()) {
            Event event = next(src);
            if (event == Event.HEADER) {
                header();
                // At once: an empty frame needs no further byte, so nobody would call again for it.
                event = next(src);
            }
            if (event == Event.NEED_MORE) {
                return;
            }
            payload(src, budget);
        }
    }

    /** Reads on; of a compressed message no more than a piece at a time. */
    private Event next(ByteBuffer src) throws ProtocolException {
        if (decoder.isEmpty() || src.remaining() <= COMPRESSED_PIECE_BYTES) {
            return reader.next(src);
        }
        int limit = src.limit();
        src.limit(src.position() + COMPRESSED_PIECE_BYTES);
        try {
            return reader.next(src);
        } finally {
            src.limit(limit);
        }
    }

    /** Adds what has come to the counters. */
    void tell(Traffic traffic) {
        sink.tell(traffic);
    }

    private void header() throws ProtocolException {
        Opcode opcode = reader.opcode();
        if (opcode.isControl()) {
            return;
        }
        rules.dataFrame(opcode, reader.fin());
        if (opcode != Opcode.CONTINUATION) {
            decoder = reader.reservedBits() == 0
                    ? Optional.empty()
                    : extensions.incoming(reader.reservedBits());
            sink.begin(opcode == Opcode.TEXT);
        }
        if (decoder.isEmpty()) {
            sink.announce(reader.payloadLength());
        }
    }

    private void payload(ByteBuffer src, WorkBudget budget) throws ProtocolException {
        boolean frameEnds = reader.frameEnds();
        ByteBuffer part = view.of(src, reader.payloadStart(), reader.payloadEnd());
        budget.spend(part.remaining());
        if (reader.opcode().isControl()) {
            controlPart(part, frameEnds);
        } else if (decoder.isPresent()) {
            decode(decoder.get(), part, frameEnds && reader.fin(), budget);
        } else {
            sink.part(part, frameEnds && reader.fin());
        }
    }

    private void decode(Extension by, ByteBuffer part, boolean last, WorkBudget budget)
            throws ProtocolException {
        by.decode(part, last, decoded -> {
            budget.spendBytes(decoded.remaining());
            sink.part(decoded, false);
        });
        if (last) {
            sink.part(view.empty(), true);
        }
    }

    private void controlPart(ByteBuffer part, boolean frameEnds) throws ProtocolException {
        if (frameEnds && (control == null || control.position() == 0)) {
            controlFrame(part);
            return;
        }
        if (control == null) {
            control = ByteBuffer.allocate(FrameWriter.MAX_CONTROL_PAYLOAD_BYTES);
        }
        control.put(part);
        if (frameEnds) {
            ByteBuffer whole = control.flip();
            control = null;
            controlFrame(whole);
        }
    }

    private void controlFrame(ByteBuffer payload) throws ProtocolException {
        switch (reader.opcode()) {
            case PING -> events.ping(payload);
            case PONG -> events.pong(payload);
            case CLOSE -> events.close(CloseFrame.parse(payload));
            case TEXT, BINARY, CONTINUATION -> throw new AssertionError(reader.opcode());
        }
    }
}
