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
import io.duplex.frame.ProtocolError;
import io.duplex.frame.ProtocolException;
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
    interface Events extends MessageSink.Memory {
        /** Whether more may be delivered now. */
        boolean delivers();

        void ping(ByteBuffer payload);

        void pong(ByteBuffer payload);

        void close(Optional<CloseFrame> frame);
    }

    /** What a flush of a compressor adds to a fragment, generously: the end of a block and an empty one. */
    private static final int FLUSH_BYTES = 16;

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
    /** From the header of a message's first frame to the last byte of its last. */
    private boolean inMessage;
    /** How many messages have begun. */
    private long messages;
    /** Payload of the message as it is on the wire, which is compressed perhaps. */
    private long wireBytes;
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
                ? new WholeMessages(limits.maxMessageBytes(), callbacks, events)
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
        inMessage = false;
        messages = 0;
        wireBytes = 0;
        decoder = Optional.empty();
        events = borrower;
        lentSink.deliverTo(callbacks, borrower);
    }

    /** Looks at this connection's own buffers by its own view, so that no other's is made anew for them. */
    void viewBy(ReadOnlyView own) {
        view = own;
    }

    void takeBack() {
        events = null;
        view = sharedView;
        lentSink.deliverTo(null, null);
    }

    /** Whether this is lent, and is between two messages and two frames. */
    boolean canBeGivenBack() {
        return lentSink != null && control == null && reader.atBoundary() && !rules.inMessage();
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
     * 3.2.4), of which a sender
     * with little memory makes short ones. A message within the limits must not fail for that.
     */
    private static long deflateOverhead(long bytes) {
        return bytes / 64 + 64;
    }

    /** Reads all of {@code src}, or up to where delivery has to stop. */
    void receive(ByteBuffer src) throws ProtocolException {
        while (events.delivers()) {
            Event event = reader.next(src);
            if (event == Event.HEADER) {
                header();
                // At once: an empty frame needs no further byte, so nobody would call again for it.
                event = reader.next(src);
            }
            if (event == Event.NEED_MORE) {
                return;
            }
            payload(src);
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
     * Bounds a compressed message on the wire, where it may be long and inflate to nothing: an empty block
     * is two bytes. A sender
     * that flushes its compressor adds some bytes to each fragment.
     */
    private void requireCompressedWithin(long maxMessageBytes) throws ProtocolException {
        long limit = maxMessageBytes + deflateOverhead(maxMessageBytes)
                + (long) rules.fragments() * FLUSH_BYTES;
        if (reader.payloadLength() > limit - wireBytes) {
            throw ProtocolException.tooMuch(ProtocolError.COMPRESSED_TOO_BIG,
                    "a compressed message of at least",
                    wireBytes + reader.payloadLength(), limit,
                    "Limits.maxMessageBytes and the overhead of DEFLATE");
        }
    }

    private void payload(ByteBuffer src) throws ProtocolException {
        boolean frameEnds = reader.frameEnds();
        ByteBuffer part = view.of(src, reader.payloadStart(), reader.payloadEnd());
        if (reader.opcode().isControl()) {
            controlPart(part, frameEnds);
        } else {
            boolean last = frameEnds && reader.fin();
            wireBytes += part.remaining();
            inMessage = !last;
            if (decoder.isPresent()) {
                decode(decoder.get(), part, last);
            } else {
                sink.part(part, last);
            }
        }
    }

    private void decode(Extension by, ByteBuffer part, boolean last) throws ProtocolException {
        by.decode(part, last, decoded -> sink.part(decoded, false));
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
