package io.duplex.noninterference;

import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.noninterference.Exchange.Style;
import io.duplex.noninterference.Transcript.Tag;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The application of one {@link Exchange}, on the server. What it writes down depends neither on time nor on
 * how TCP cuts bytes. It looks beyond its buffers, changes them and keeps them, and lets other threads
 * change those that it has kept.
 */
public final class SteadyApplication implements WebSocketHandler {
    private static final int MAX_KEPT = 256;
    private static final int MAX_KEPT_BY_ONE = 3;
    private static final int BIG_BYTES = 30_000;
    private static final byte[] NONE = {};
    /** Buffers of connections that are over; any thread changes them. */
    private static final BlockingQueue<ByteBuffer> KEPT = new ArrayBlockingQueue<>(MAX_KEPT);
    private static final List<PreparedMessage> SHARED = shared();

    private final long seed;
    private final Style style;
    private final boolean ends;
    private final Transcript log = new Transcript();
    private final Rolls rolls = new Rolls(0);
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<byte[]> own = new ArrayList<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final List<ByteBuffer> kept = new ArrayList<>();
    private int messages;
    private Boolean partsAreText;
    private OutputStream stream;

    /**
     * An application that has no connection yet.
     *
     * @param exchange what it takes part in
     * @param direct   whether callbacks run on the transport's thread, so that it may fail or close at any
     * time
     */
    public SteadyApplication(Exchange exchange, boolean direct) {
        seed = exchange.seed();
        style = exchange.style();
        ends = direct && (style == Style.WHOLE || style == Style.PARTS);
    }

    private static List<PreparedMessage> shared() {
        List<PreparedMessage> messages = new ArrayList<>();
        for (int size : new int[] { 30, 3000, 20_000 }) {
            byte[] payload = new Rolls(size).bytes(size);
            messages.add(PreparedMessage.binary(payload));
            Arrays.fill(payload, (byte) 0);
        }
        return messages;
    }

    /** Changes buffers that applications have kept though they must not be used any more. Any thread. */
    public static void tamper() {
        Rolls rolls = new Rolls(System.nanoTime());
        for (int i = rolls.below(8); i > 0; i--) {
            ByteBuffer buffer = KEPT.poll();
            if (buffer == null) {
                return;
            }
            buffer.clear().order(rolls.oneIn(2) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            if (!buffer.isReadOnly()) {
                buffer.put(rolls.bytes(buffer.remaining())).clear();
            }
            buffer.limit(rolls.below(buffer.capacity() + 1));
            buffer.position(rolls.below(buffer.limit() + 1)).mark();
            KEPT.offer(buffer);
        }
    }

    /**
     * Completed when the connection, or its blocking handler, is over.
     *
     * @return the latch
     */
    public CountDownLatch done() {
        return done;
    }

    /**
     * What the application has seen. To be called when it is over.
     *
     * @return a copy
     */
    public byte[] transcript() {
        for (byte[] array : own) {
            log.add(Tag.KEPT, 0, 0, array);
        }
        own.clear();
        return log.toBytes();
    }

    // ---- blocking style -----------------------------------------------------------------------------------

    /**
     * Reads until the end.
     *
     * @param ws the connection
     */
    public void handle(WebSocket ws) {
        try {
            opened(ws);
            for (Message message; (message = ws.receive()) != null;) {
                switch (message) {
                    case Message.Text text -> onText(ws, text.text());
                    case Message.Binary binary -> {
                        log.add(Tag.RECEIVED, binary.bytes().length, 0, binary.bytes());
                        own.add(binary.bytes());
                        act(ws, binary.bytes());
                    }
                }
            }
        } catch (Exception end) {
            log.add(Tag.RECEIVED, end.getClass().getName());
        } finally {
            done.countDown();
        }
    }

    // ---- callbacks ----------------------------------------------------------------------------------------

    @Override
    public Delivery delivery() {
        return style == Style.PARTS ? Delivery.PARTS : Delivery.WHOLE;
    }

    private void opened(WebSocket ws) {
        rolls.restart(Rolls.mix(seed, 1));
        log.add(Tag.OPEN, ws.request().headers() + " " + ws.response() + " " + ws.extensions());
    }

    @Override
    public void onOpen(WebSocket ws) throws Exception {
        opened(ws);
        act(ws, NONE);
    }

    @Override
    public void onText(WebSocket ws, String text) throws Exception {
        if (text.startsWith(Exchange.BARRIER)) {
            endParts(ws);
            // Never compressed, so that the peer knows it without help.
            ws.send(PreparedMessage.text(text));
            return;
        }
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        log.add(Tag.TEXT, text.length(), 0, payload);
        act(ws, payload);
    }

    @Override
    public void onTextPart(WebSocket ws, String part, boolean last) throws Exception {
        parts.writeBytes(part.getBytes(StandardCharsets.UTF_8));
        if (last) {
            String whole = parts.toString(StandardCharsets.UTF_8);
            parts.reset();
            onText(ws, whole);
        }
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) throws Exception {
        rolls.restart(Rolls.mix(seed, 2 + messages++));
        if (rolls.oneIn(6)) {
            WebSocketHandler.super.onBinary(ws, payload);
            return;
        }
        look(Tag.BINARY, payload, true);
        byte[] copy = new byte[payload.remaining()];
        payload.get(copy);
        act(ws, copy);
        keep(payload);
    }

    @Override
    public void onBinary(WebSocket ws, byte[] payload) throws Exception {
        log.add(Tag.BINARY_ARRAY, payload.length, 0, payload);
        own.add(payload);
        act(ws, payload);
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) throws Exception {
        if (rolls.oneIn(2)) {
            lookAround(part);
        }
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        parts.writeBytes(copy);
        keep(part);
        if (last) {
            byte[] whole = parts.toByteArray();
            parts.reset();
            log.add(Tag.BINARY_PART, whole.length, 0, whole);
            act(ws, whole);
        }
    }

    @Override
    public void onPing(WebSocket ws, ByteBuffer payload) {
        look(Tag.PING, payload, false);
        keep(payload);
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        log.add(Tag.ERROR, switch (cause) {
            case WebSocketProtocolException broken -> broken.error().name();
            case EOFException end -> "end";
            // Each operating system and each transport has its own words for a reset.
            case IOException reset -> "broken";
            default -> cause.toString();
        });
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        log.add(Tag.CLOSE, info.received() + " " + info.sent() + " " + info.initiator());
        kept.forEach(KEPT::offer);
        done.countDown();
    }

    // ---- buffers ------------------------------------------------------------------------------------------

    private void look(Tag tag, ByteBuffer buffer, boolean content) {
        log.add(tag, buffer.remaining(), content ? 1 : 0, buffer, buffer.position(), buffer.limit());
        lookAround(buffer);
    }

    /**
     * A buffer is read-only, in network byte order, and exactly its payload. Whether it lies in place, and
     * how it is cut, depends on TCP.
     */
    private void lookAround(ByteBuffer buffer) {
        boolean exact = buffer.position() == 0 && buffer.capacity() == buffer.limit() && buffer.isReadOnly()
                && buffer.order() == ByteOrder.BIG_ENDIAN;
        if (!exact) {
            ByteBuffer all = buffer.duplicate().clear();
            log.add(Tag.CLEARED, buffer.position(), buffer.capacity(), all, 0, all.limit());
        }
    }

    /**
     * Keeps it beyond its callback, and changes it and earlier ones. That is forbidden; only this connection
     * may suffer from it, so it happens when this callback has read everything. Once the connection is over,
     * other threads go on with it.
     */
    private void keep(ByteBuffer buffer) {
        if (kept.size() < MAX_KEPT_BY_ONE) {
            kept.add(buffer);
        }
        for (ByteBuffer earlier : kept) {
            earlier.clear().order(ByteOrder.LITTLE_ENDIAN).mark().limit(earlier.capacity() / 2);
        }
        buffer.position(buffer.limit()).order(ByteOrder.LITTLE_ENDIAN);
    }

    // ---- what it does -------------------------------------------------------------------------------------

    private void endParts(WebSocket ws) throws IOException {
        if (stream != null) {
            stream.close();
            stream = null;
        }
        if (partsAreText != null) {
            boolean text = partsAreText;
            partsAreText = null;
            if (text) {
                ws.sendPart("", true);
            } else {
                ws.sendPart(ByteBuffer.wrap(NONE), true);
            }
        }
    }

    private void act(WebSocket ws, byte[] payload) throws Exception {
        rolls.restart(Rolls.mix(seed, ~messages++));
        if (ends && rolls.oneIn(25)) {
            end(ws);
            return;
        }
        switch (rolls.below(10)) {
            case 0 -> ws.send(new String(payload, StandardCharsets.ISO_8859_1));
            case 1 -> ws.send(rolls.bytes(rolls.oneIn(5) ? BIG_BYTES : rolls.below(3000)));
            case 2 -> {
                PreparedMessage prepared = PreparedMessage.binary(payload);
                ws.send(prepared);
                ws.trySend(prepared);
            }
            case 3 -> ws.trySend(SHARED.get(rolls.below(SHARED.size())));
            case 4 -> sendPart(ws, payload);
            case 5 -> sendByStream(ws, payload);
            case 6 -> {
                byte[] changed = payload.clone();
                ws.send(changed);
                Arrays.fill(changed, (byte) 0x55);
            }
            case 7 -> ws.sendAsync(new Message.Binary(payload.clone()));
            default -> ws.send(payload);
        }
    }

    private void sendPart(WebSocket ws, byte[] payload) {
        if (stream != null) {
            return;
        }
        boolean text = partsAreText == null ? rolls.oneIn(2) : partsAreText;
        boolean last = rolls.oneIn(2);
        partsAreText = last ? null : text;
        if (text) {
            ws.sendPart(new String(payload, StandardCharsets.ISO_8859_1), last);
        } else {
            ws.sendPart(ByteBuffer.wrap(payload), last);
        }
    }

    private void sendByStream(WebSocket ws, byte[] payload) throws IOException {
        if (partsAreText != null) {
            return;
        }
        stream = stream == null ? ws.sendingStream() : stream;
        stream.write(payload);
        if (rolls.oneIn(2)) {
            stream.close();
            stream = null;
        }
    }

    private void end(WebSocket ws) throws Exception {
        switch (rolls.below(4)) {
            case 0 -> ws.close(4001, "enough");
            case 1 -> throw new OnPurpose.Unchecked();
            case 2 -> throw new OnPurpose.Serious();
            default -> throw new OnPurpose.Checked();
        }
    }
}
