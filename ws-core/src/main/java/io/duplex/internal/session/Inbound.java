package io.duplex.internal.session;

import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameReader;
import io.duplex.frame.FrameReader.Event;
import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * From bytes to messages and control frames. It stops at any frame when told to, and then leaves the rest to
 * its caller; of data payloads it keeps nothing, of an unfinished control frame up to 125 bytes. Receiving
 * thread only.
 *
 * <p>A connection that keeps something between messages owns one. Others borrow one from {@link #POOL} while
 * they have a partial frame or message, so an idle connection holds none.
 */
final class Inbound extends Poolable {
    /** Some 100 bytes each, so one for each connection that is active at the same moment. */
    static final Pool<Inbound> POOL = new Pool<>(256, Inbound::new);
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    /** What the session does with what came. */
    interface Events extends MessageSink.Memory {
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

    /** What a flush of a compressor adds to a fragment, generously: the end of a block and an empty one. */
    private static final int FLUSH_BYTES = 16;
    /**
     * The most of a compressed payload that is inflated before the budget is checked: it may be a thousand
     * times as much.
     */
    private static final int COMPRESSED_PIECE_BYTES = 1 << 10;

    private Limits limits;
    private final FrameReader reader;
    private final FrameRules rules;
    private final ExtensionChain extensions;
    private final MessageSink sink;
    /** The sink, if this is from the pool; null if a connection owns it. */
    private final WholeMessages lentSink;
    /** Null while it is in the pool. */
    private Events events;
    /** Null while it is in the pool. */
    private PayloadSlices slices;

    private ByteBuffer control;
    /** From the header of a message's first frame to the last byte of its last. */
    private boolean inMessage;
    /** How many messages have begun. */
    private long messages;
    /** Payload of the message as it is on the wire, which is compressed perhaps. */
    private long wireBytes;
    private Optional<Extension> decoder = Optional.empty();

    /** For whole messages and no extensions; it serves no connection until {@link #serve}. */
    private Inbound() {
        lentSink = new WholeMessages(0);
        sink = lentSink;
        extensions = ExtensionChain.of(List.of());
        reader = new FrameReader(true, 0);
        rules = new FrameRules(0);
    }

    Inbound(Role role, Limits limits, ExtensionChain extensions, MessageSink sink, Events events,
            PayloadSlices slices) {
        this.lentSink = null;
        this.limits = limits;
        this.reader = new FrameReader(role == Role.SERVER, frameLimit(limits, extensions));
        this.rules = new FrameRules(limits.maxFragments());
        this.extensions = extensions;
        this.sink = sink;
        this.events = events;
        this.slices = slices;
        reader.allowReservedBits(extensions.reservedBits());
    }

    /** One connection's for good. */
    static Inbound owned(Facts facts, Delivery delivery, ExtensionChain extensions, Callbacks callbacks,
            Events events) {
        Limits limits = facts.options().limits();
        MessageSink sink = delivery == Delivery.WHOLE
                ? new WholeMessages(limits.maxMessageBytes(), callbacks, events)
                : new MessageParts(limits.maxMessageBytes(), callbacks);
        return new Inbound(facts.role(), limits, extensions, sink, events, callbacks.slices());
    }

    /** Whether one from the pool does for a connection; others have something to keep for good. */
    static boolean suits(Delivery delivery, ExtensionChain extensions) {
        return delivery == Delivery.WHOLE && extensions.agreed().isEmpty();
    }

    @Override
    protected void renew() {
        reader.reset(true, 0);
        rules.reset(0);
        lentSink.reset(0);
        control = null;
        inMessage = false;
        messages = 0;
        wireBytes = 0;
        decoder = Optional.empty();
        forget();
    }

    @Override
    protected void forget() {
        events = null;
        slices = null;
        lentSink.deliverTo(null, null);
    }

    /** Serves the connection that has borrowed it, from the first byte of a frame on. */
    void serve(Role role, Limits limits, Events borrower, Callbacks callbacks) {
        reader.reset(role == Role.SERVER, limits.maxFrameBytes());
        rules.reset(limits.maxFragments());
        lentSink.reset(limits.maxMessageBytes());
        events = borrower;
        slices = callbacks.slices();
        lentSink.deliverTo(callbacks, borrower);
        this.limits = limits;
    }

    /** Whether it is from the pool. */
    boolean isBorrowed() {
        return lentSink != null;
    }

    /** Whether it is from the pool, and is between two messages and two frames. */
    boolean canBeGivenBack() {
        return isBorrowed() && control == null && reader.atBoundary() && !rules.inMessage();
    }

    /** Whether a message has begun and not ended. */
    boolean inMessage() {
        return inMessage;
    }

    /** Whether a compressed one has: its inflater holds memory meanwhile. */
    boolean inCompressedMessage() {
        return inMessage && decoder.isPresent();
    }

    /** The number of the message that began last. */
    long messageNumber() {
        return messages;
    }

    /** How much of its payload has come, as it is on the wire. */
    long wireBytes() {
        return wireBytes;
    }

    private static long frameLimit(Limits limits, ExtensionChain extensions) {
        long limit = limits.maxFrameBytes();
        return extensions.reservedBits() == 0 ? limit : limit + deflateOverhead(limit);
    }

    /**
     * What hardly compresses grows: DEFLATE adds some bytes to each of its stored blocks (RFC 1951 section
     * 3.2.4), of which a sender with little memory makes short ones. A message within the limits must not
     * fail for that.
     */
    private static long deflateOverhead(long bytes) {
        return bytes / 64 + 64;
    }

    /** Reads all of {@code src}, or up to where delivery has to stop or the budget is spent. */
    void receive(ByteBuffer src) throws WebSocketProtocolException {
        WorkBudget budget = events.budget();
        slices.begin(src);
        while (events.delivers() && !budget.isSpent()) {
            Event event = next(src);
            if (event == Event.HEADER) {
                header();
                // At once: an empty frame needs no further byte, so no further call would come for it.
                event = next(src);
            }
            if (event == Event.NEED_MORE) {
                return;
            }
            payload(src, budget);
        }
    }

    /** Reads on; of a compressed message no more than a piece at a time. */
    private Event next(ByteBuffer src) throws WebSocketProtocolException {
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

    private void header() throws WebSocketProtocolException {
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
            inMessage = true;
            messages++;
            wireBytes = 0;
        }
        if (decoder.isEmpty()) {
            sink.announce(reader.payloadLength(), reader.fin());
        } else {
            requireCompressedWithin(limits.maxMessageBytes());
        }
    }

    /**
     * Bounds a compressed message on the wire, where it may be long and inflate to nothing: an empty block is
     * two bytes. A sender that flushes its compressor adds some bytes to each fragment.
     */
    private void requireCompressedWithin(long maxMessageBytes) throws WebSocketProtocolException {
        long limit = maxMessageBytes + deflateOverhead(maxMessageBytes)
                + (long) rules.fragments() * FLUSH_BYTES;
        if (reader.payloadLength() > limit - wireBytes) {
            throw WebSocketProtocolException.tooMuch(ProtocolError.COMPRESSED_TOO_BIG,
                    "a compressed message of at least",
                    wireBytes + reader.payloadLength(), limit,
                    "Limits.maxMessageBytes and the overhead of DEFLATE");
        }
    }

    private void payload(ByteBuffer src, WorkBudget budget) throws WebSocketProtocolException {
        boolean frameEnds = reader.frameEnds();
        int from = reader.payloadStart();
        int to = reader.payloadEnd();
        budget.spend(to - from);
        if (reader.opcode().isControl()) {
            controlPart(slices.of(src, from, to), frameEnds);
        } else {
            boolean last = frameEnds && reader.fin();
            wireBytes += to - from;
            inMessage = !last;
            if (decoder.isPresent()) {
                decode(decoder.get(), slices.of(src, from, to), last, budget);
            } else {
                sink.part(src, from, to, last);
            }
        }
    }

    private void decode(Extension by, ByteBuffer part, boolean last, WorkBudget budget)
            throws WebSocketProtocolException {
        by.decode(part, last, decoded -> {
            budget.spendBytes(decoded.remaining());
            sink.part(decoded, false);
        });
        if (last) {
            sink.part(EMPTY, true);
        }
    }

    private void controlPart(ByteBuffer part, boolean frameEnds) throws WebSocketProtocolException {
        if (frameEnds && (control == null || control.position() == 0)) {
            controlFrame(part);
            return;
        }
        if (control == null) {
            control = ByteBuffer.allocate(FrameHeader.MAX_CONTROL_PAYLOAD_BYTES);
        }
        control.put(part);
        if (frameEnds) {
            ByteBuffer whole = slices.of(control, 0, control.position());
            control = null;
            controlFrame(whole);
        }
    }

    private void controlFrame(ByteBuffer payload) throws WebSocketProtocolException {
        switch (reader.opcode()) {
            case PING -> events.ping(payload);
            case PONG -> events.pong(payload);
            case CLOSE -> events.close(CloseFrame.parse(payload));
            case TEXT, BINARY, CONTINUATION -> throw new AssertionError(reader.opcode());
        }
    }
}
