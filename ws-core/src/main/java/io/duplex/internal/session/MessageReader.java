package io.duplex.internal.session;

import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameReader;
import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import io.duplex.internal.protocol.Role;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * From bytes to messages and control frames: which frame may come now (RFC 6455 section 5.4), of how many
 * fragments a message may consist, and what goes through an extension. Syntax is the {@link FrameReader}'s,
 * the size and the text of messages are the {@link MessageAssembler}'s. Of data it keeps nothing, of an
 * unfinished control frame up to 125 bytes. Receive thread only.
 *
 * <p>A connection borrows one from {@link #POOL} while it has a partial frame or message, so an idle
 * connection holds none.
 */
final class MessageReader extends Poolable {
    /** Some 300 bytes each, so there is one for each connection that is active at the same moment. */
    static final Pool<MessageReader> POOL = new Pool<>(256, MessageReader::new);

    /** What {@link #next} found. */
    enum Event {
        /** The input is used up. */
        NEED_MORE,
        /** A part of a frame: the callbacks have it if it was due. */
        DATA,
        /** A whole control frame: {@link #controlPayload} has its payload. */
        PING, PONG, CLOSE
    }

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    /** What a flush of a compressor adds to a fragment, generously: the end of a block and an empty one. */
    private static final int FLUSH_BYTES = 16;
    /**
     * The most of a compressed payload that is inflated before the budget is checked: it may be a thousand
     * times as much.
     */
    private static final int COMPRESSED_PIECE_BYTES = 1 << 10;

    private final FrameReader frames = new FrameReader(true, 0);
    private final MessageAssembler assembler = new MessageAssembler();
    /** Null while it serves no connection, as the next two. */
    private Limits limits;
    private ExtensionChain extensions;
    private PayloadSlices slices;

    /** What has come of a control frame that is not whole; null if nothing has. */
    private ByteBuffer partialControl;
    private ByteBuffer controlPayload = EMPTY;
    /** A data frame without FIN has come: a continuation must follow (section 5.4). */
    private boolean continues;
    private int fragments;
    /** From the header of a message's first frame to the last byte of its last. */
    private boolean inMessage;
    /** How many messages have begun. */
    private long messages;
    /** Payload of the message as it is on the wire, where it may be compressed. */
    private long wireBytes;
    /** What decodes the message; null if nothing does. */
    private Extension decoder;

    private MessageReader() {}

    @Override
    protected void renew() {
        frames.reset(true, 0);
        forget();
        partialControl = null;
        continues = false;
        fragments = 0;
        inMessage = false;
        messages = 0;
        wireBytes = 0;
    }

    @Override
    protected void forget() {
        assembler.reset();
        limits = null;
        extensions = ExtensionChain.of(List.of());
        slices = null;
        controlPayload = EMPTY;
        decoder = null;
    }

    /** Serves the connection that has borrowed it, from the first byte of a frame on. */
    void serve(ConnectionContext context, Delivery delivery, ExtensionChain agreed, Callbacks callbacks,
            PayloadSlices itsSlices) {
        limits = context.options().limits();
        extensions = agreed;
        slices = itsSlices;
        long frameLimit = limits.maxFrameBytes();
        frames.reset(context.role() == Role.SERVER,
                agreed.reservedBits() == 0 ? frameLimit : frameLimit + deflateOverhead(frameLimit));
        frames.allowReservedBits(agreed.reservedBits());
        assembler.serve(context, delivery, callbacks, itsSlices);
    }

    /**
     * What hardly compresses grows: DEFLATE adds some bytes to each of its stored blocks (RFC 1951 section
     * 3.2.4), of which a sender with little memory makes short ones. A message within the limits must not
     * fail for that.
     */
    private static long deflateOverhead(long bytes) {
        return bytes / 64 + 64;
    }

    // ---- reading ------------------------------------------------------------------------------------------

    /** Reads up to the end of a control frame, or of a part of a message. */
    Event next(ByteBuffer src, WorkBudget budget) throws WebSocketProtocolException {
        FrameReader.Event event = nextOfFrame(src);
        if (event == FrameReader.Event.HEADER) {
            if (!frames.opcode().isControl()) {
                dataHeader(frames.opcode());
            }
            // At once: an empty frame needs no further byte, so no further call would come for it.
            event = nextOfFrame(src);
        }
        if (event == FrameReader.Event.NEED_MORE) {
            return Event.NEED_MORE;
        }
        int from = frames.payloadStart();
        int to = frames.payloadEnd();
        budget.spend(to - from);
        if (frames.opcode().isControl()) {
            return controlPart(src, from, to);
        }
        boolean last = frames.frameEnds() && frames.fin();
        wireBytes += to - from;
        inMessage = !last;
        if (decoder == null) {
            assembler.part(src, from, to, last);
        } else {
            decode(slices.of(src, from, to), last, budget);
        }
        return Event.DATA;
    }

    /** Reads on; of a compressed message no more than a piece at a time. */
    private FrameReader.Event nextOfFrame(ByteBuffer src) throws WebSocketProtocolException {
        if (decoder == null || src.remaining() <= COMPRESSED_PIECE_BYTES) {
            return frames.next(src);
        }
        int limit = src.limit();
        src.limit(src.position() + COMPRESSED_PIECE_BYTES);
        try {
            return frames.next(src);
        } finally {
            src.limit(limit);
        }
    }

    private void dataHeader(Opcode opcode) throws WebSocketProtocolException {
        boolean continuation = opcode == Opcode.CONTINUATION;
        if (continuation != continues) {
            throw new WebSocketProtocolException(continuation
                    ? ProtocolError.CONTINUATION_UNEXPECTED
                    : ProtocolError.CONTINUATION_EXPECTED);
        }
        fragments = continuation ? fragments + 1 : 1;
        if (fragments > limits.maxFragments()) {
            throw WebSocketProtocolException.tooMany(ProtocolError.TOO_MANY_FRAGMENTS, "a message",
                    "fragments",
                    limits.maxFragments(), "Limits.maxFragments");
        }
        continues = !frames.fin();
        if (!continuation) {
            decoder = frames.reservedBits() == 0
                    ? null
                    : extensions.incoming(frames.reservedBits()).orElse(null);
            assembler.begin(opcode == Opcode.TEXT);
            inMessage = true;
            messages++;
            wireBytes = 0;
        }
        if (decoder == null) {
            assembler.announce(frames.payloadLength(), frames.fin());
        } else {
            requireCompressedWithin(limits.maxMessageBytes());
        }
    }

    /**
     * Bounds a compressed message on the wire, where it may be long and inflate to nothing: an empty block is
     * two bytes. A sender that flushes its compressor adds some bytes to each fragment.
     */
    private void requireCompressedWithin(long maxMessageBytes) throws WebSocketProtocolException {
        long limit = maxMessageBytes + deflateOverhead(maxMessageBytes) + (long) fragments * FLUSH_BYTES;
        if (frames.payloadLength() > limit - wireBytes) {
            throw WebSocketProtocolException.tooMuch(ProtocolError.COMPRESSED_TOO_BIG,
                    "a compressed message of at least", wireBytes + frames.payloadLength(), limit,
                    "Limits.maxMessageBytes and the overhead of DEFLATE");
        }
    }

    private void decode(ByteBuffer part, boolean last, WorkBudget budget) throws WebSocketProtocolException {
        decoder.decode(part, last, decoded -> {
            budget.spendBytes(decoded.remaining());
            assembler.part(decoded, decoded.position(), decoded.limit(), false);
        });
        if (last) {
            assembler.part(EMPTY, 0, 0, true);
        }
    }

    private Event controlPart(ByteBuffer src, int from, int to) {
        if (!frames.frameEnds() || partialControl != null) {
            if (partialControl == null) {
                partialControl = ByteBuffer.allocate(FrameHeader.MAX_CONTROL_PAYLOAD_BYTES);
            }
            partialControl.put(partialControl.position(), src, from, to - from);
            partialControl.position(partialControl.position() + to - from);
        }
        if (!frames.frameEnds()) {
            return Event.DATA;
        }
        if (partialControl == null) {
            controlPayload = slices.of(src, from, to);
        } else {
            controlPayload = slices.of(partialControl, 0, partialControl.position());
            partialControl = null;
        }
        return switch (frames.opcode()) {
            case PING -> Event.PING;
            case PONG -> Event.PONG;
            case CLOSE -> Event.CLOSE;
            case TEXT, BINARY, CONTINUATION -> throw new AssertionError(frames.opcode());
        };
    }

    /** Returns the payload of the control frame: a read-only buffer on content that is lent for the call. */
    ByteBuffer controlPayload() {
        return controlPayload;
    }

    /**
     * Returns memory of the message into which the rest of its frame should be read; null if it should not.
     */
    ByteBuffer readTarget() {
        return inMessage ? assembler.readTarget() : null;
    }

    // ---- after a read -------------------------------------------------------------------------------------

    /** Brings what is reserved in the memory budget to what is held after a read. */
    void readEnded() {
        assembler.inflating(inMessage && decoder != null);
    }

    /** Returns whether it is between two messages and two frames, so the connection does not need it. */
    boolean isIdle() {
        return partialControl == null && frames.atBoundary() && !continues;
    }

    /** Returns whether a message has begun and not ended. */
    boolean inMessage() {
        return inMessage;
    }

    /** Returns the number of the message that began last. */
    long messageNumber() {
        return messages;
    }

    /** Returns how much of its payload has come, as on the wire. */
    long wireBytes() {
        return wireBytes;
    }

    /** Counts what has come. */
    void report(Traffic traffic) {
        assembler.report(traffic);
    }

    /** Drops an unfinished message, and what is reserved for it. */
    void release() {
        assembler.release();
    }
}
