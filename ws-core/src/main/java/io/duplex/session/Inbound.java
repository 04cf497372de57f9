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
import io.duplex.pool.Pool;
import io.duplex.pool.Poolable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * From bytes to messages and control frames. It stops at any frame when told to, and then leaves the rest to its caller; of data
 * payloads it keeps nothing, of an unfinished control frame up to 125 bytes. Receiving thread only.
 *
 * <p>A connection that keeps something between messages owns one. Others borrow one from {@link #POOL} while
 * they have a partial frame or message, so an idle connection holds none.
 */
final class Inbound extends Poolable {
    /** Some 100 bytes each, so one for each connection that is active at the same moment. */
    static final Pool<Inbound> POOL = new Pool<>(256, Inbound::new);
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    /** What the session does with what came. */
    interface Events {
        /** Whether more may be delivered now. */
        boolean delivers();

        void ping(ByteBuffer payload);

        void pong(ByteBuffer payload);

        void close(Optional<CloseFrame> frame);
    }

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
                ? new WholeMessages(limits.maxMessageBytes(), callbacks)
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
        decoder = Optional.empty();
        forget();
    }

    @Override
    protected void forget() {
        events = null;
        slices = null;
        lentSink.deliverTo(null);
    }

    /** Serves the connection that has borrowed it, from the first byte of a frame on. */
    void serve(Role role, Limits limits, Events borrower, Callbacks callbacks) {
        reader.reset(role == Role.SERVER, limits.maxFrameBytes());
        rules.reset(limits.maxFragments());
        lentSink.reset(limits.maxMessageBytes());
        events = borrower;
        slices = callbacks.slices();
        lentSink.deliverTo(callbacks);
    }

    /** Whether it is from the pool. */
    boolean isBorrowed() {
        return lentSink != null;
    }

    /** Whether it is from the pool, and is between two messages and two frames. */
    boolean canBeGivenBack() {
        return isBorrowed() && control == null && reader.atBoundary() && !rules.inMessage();
    }

    /**
     * What hardly compresses grows: DEFLATE adds some bytes to each of its stored blocks (RFC 1951 section 3.2.4). A message within the
     * limits must not fail for that.
     */
    private static long frameLimit(Limits limits, ExtensionChain extensions) {
        long limit = limits.maxFrameBytes();
        return extensions.reservedBits() == 0 ? limit : limit + limit / 1000 + 64;
    }

    /** Reads all of {@code src}, or up to where delivery has to stop. */
    void receive(ByteBuffer src) throws ProtocolException {
        slices.begin(src);
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
        }
        if (decoder.isEmpty()) {
            sink.announce(reader.payloadLength());
        }
    }

    private void payload(ByteBuffer src) throws ProtocolException {
        boolean frameEnds = reader.frameEnds();
        int from = reader.payloadStart();
        int to = reader.payloadEnd();
        if (reader.opcode().isControl()) {
            controlPart(slices.of(src, from, to), frameEnds);
        } else if (decoder.isPresent()) {
            decode(decoder.get(), slices.of(src, from, to), frameEnds && reader.fin());
        } else {
            sink.part(src, from, to, frameEnds && reader.fin());
        }
    }

    private void decode(Extension by, ByteBuffer part, boolean last) throws ProtocolException {
        by.decode(part, last, decoded -> sink.part(decoded, false));
        if (last) {
            sink.part(EMPTY, true);
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
            ByteBuffer whole = slices.of(control, 0, control.position());
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
