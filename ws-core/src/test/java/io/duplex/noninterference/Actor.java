package io.duplex.noninterference;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.OverflowPolicy;
import io.duplex.PreparedMessage;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.noninterference.Profile.Manner;
import io.duplex.noninterference.Profile.Style;
import io.duplex.noninterference.Transcript.Tag;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.InvalidMarkException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The application of one conversation: everything that the contract allows, and some of what it forbids. It
 * writes down what it sees. What it does in a callback depends on the conversation's seed and the callback's
 * number only.
 */
final class Actor implements WebSocketHandler, ConnectionListener {
    private static final int MAX_KEPT = 4;
    private static final int BIG_BYTES = 40_000;
    private static final int NEVER = 1_000_000;
    private static final int SHARED_MESSAGES = 4;
    private static final byte[] NONE = {};
    /** Sent by all connections, on most of them unchanged on the wire. */
    private static final List<PreparedMessage> SHARED = shared();
    /** The same as arrays, which no connection may change while it masks them. */
    private static final List<byte[]> SHARED_ARRAYS = SHARED.stream().map(Actor::payload).toList();

    private final Line line;
    private final Transcript log;
    private final long seed;
    private final Style style;
    private final Manner manner;
    private final Rolls rolls = new Rolls(0);
    /**
     * One in so many callbacks: looks beyond the buffer; changes it; keeps it; acts otherwise than by an
     * echo; ends it all.
     */
    private final int snoops;
    private final int alters;
    private final int keeps;
    private final int acts;
    private final int ends;
    private final List<ByteBuffer> keptBuffers = new ArrayList<>(MAX_KEPT);
    private final List<byte[]> keptArrays = new ArrayList<>(MAX_KEPT);
    private final ArrayDeque<byte[]> toSendLater = new ArrayDeque<>(2);
    private int calls;
    private WebSocket socket;
    /** The type of the message that is being sent in parts; null if none is. */
    private Boolean partsAreText;
    private OutputStream stream;

    Actor(Line line) {
        this.line = line;
        this.log = line.log();
        this.seed = line.conversation().seed();
        this.style = line.conversation().profile().style();
        this.manner = line.conversation().profile().manner();
        Rolls mood = new Rolls(Rolls.mix(seed, 1));
        boolean anyhow = manner == Manner.ANY;
        snoops = anyhow ? mood.of(1, 3, 1000) : NEVER;
        alters = anyhow ? mood.of(1, 3, 1000) : NEVER;
        keeps = anyhow ? mood.of(1, 1, 4, 1000) : 1;
        acts = anyhow ? mood.of(1, 2, 5, 1000) : NEVER;
        ends = anyhow ? mood.of(8, 30, 1000, 1000) : NEVER;
    }

    private static byte[] payload(PreparedMessage message) {
        byte[] payload = new byte[message.payload().remaining()];
        message.payload().get(payload);
        return payload;
    }

    /** Made of arrays that change afterwards. */
    private static List<PreparedMessage> shared() {
        List<PreparedMessage> messages = new ArrayList<>();
        Rolls content = new Rolls(SHARED_MESSAGES);
        for (int i = 0; i < SHARED_MESSAGES; i++) {
            byte[] payload = content.bytes(i % 2 == 0 ? 40 : 9_000);
            messages.add(PreparedMessage.binary(payload));
            Arrays.fill(payload, (byte) i);
        }
        return messages;
    }

    @Override
    public Delivery delivery() {
        return style == Style.PARTS ? Delivery.PARTS : Delivery.WHOLE;
    }

    // ---- callbacks ----------------------------------------------------------------------------------------

    private void begin() {
        rolls.restart(Rolls.mix(seed, 2 + calls));
        calls++;
    }

    @Override
    public void onOpen(WebSocket ws) throws Exception {
        begin();
        log.add(Tag.OPEN, ws.request() + " " + ws.response() + " " + ws.extensions());
        act(ws, NONE);
    }

    @Override
    public void onText(WebSocket ws, String text) throws Exception {
        onText(ws, Tag.TEXT, text, true);
    }

    @Override
    public void onTextPart(WebSocket ws, String part, boolean last) throws Exception {
        onText(ws, Tag.TEXT_PART, part, last);
    }

    private void onText(WebSocket ws, Tag tag, String text, boolean last) throws Exception {
        begin();
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        log.add(tag, last ? 1 : 0, text.length(), payload);
        pauseForOthers();
        act(ws, payload);
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) throws Exception {
        begin();
        if (rolls.oneIn(6)) {
            WebSocketHandler.super.onBinary(ws, payload);
        } else {
            onBuffer(ws, Tag.BINARY, payload, 1);
        }
    }

    @Override
    public void onBinary(WebSocket ws, byte[] payload) throws Exception {
        log.add(Tag.BINARY_ARRAY, payload.length, 0, payload);
        if (rolls.oneIn(2)) {
            keep(payload);
        } else {
            Arrays.fill(payload, (byte) calls);
        }
        act(ws, payload);
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) throws Exception {
        begin();
        onBuffer(ws, Tag.BINARY_PART, part, last ? 1 : 0);
    }

    @Override
    public void onPing(WebSocket ws, ByteBuffer payload) throws Exception {
        begin();
        onBuffer(ws, Tag.PING, payload, 1);
    }

    @Override
    public void onPong(WebSocket ws, ByteBuffer payload) throws Exception {
        begin();
        onBuffer(ws, Tag.PONG, payload, 1);
    }

    @Override
    public void onDrained(WebSocket ws) throws Exception {
        begin();
        log.add(Tag.DRAINED, ws.bufferedAmount(), 0);
        act(ws, NONE);
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        begin();
        log.add(Tag.ERROR, cause.toString());
        if (rolls.oneIn(10)) {
            throw new OnPurpose.Unchecked();
        }
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        begin();
        log.add(Tag.CLOSE, info.toString());
        log.add(Tag.ANSWER, ws.send("late").ordinal(), ws.readyState().ordinal());
        if (rolls.oneIn(10)) {
            throw new OnPurpose.Serious();
        }
    }

    // ---- buffers ------------------------------------------------------------------------------------------

    private void onBuffer(WebSocket ws, Tag tag, ByteBuffer buffer, int last) throws Exception {
        look(tag, buffer);
        log.add(tag, last, ws.bufferedAmount());
        if (rolls.oneIn(snoops)) {
            snoop(buffer);
        }
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(buffer.position(), payload);
        if (pauseForOthers()) {
            look(Tag.AGAIN, buffer);
        }
        if (rolls.oneIn(alters)) {
            alter(buffer, rolls);
        }
        if (rolls.oneIn(keeps)) {
            if (keptBuffers.size() == MAX_KEPT) {
                keptBuffers.removeFirst();
            }
            keptBuffers.add(buffer);
        }
        if (tag != Tag.PONG && rolls.oneIn(3)) {
            answer(() -> ws.send(buffer));
        }
        act(ws, payload);
    }

    private boolean pauseForOthers() {
        boolean pauses = manner == Manner.KEEPER || rolls.oneIn(2);
        if (pauses) {
            line.interlude();
        }
        return pauses;
    }

    /** Everything that a buffer says about itself, and what lies between position and limit. */
    private void look(Tag tag, ByteBuffer buffer) {
        long place = (long) buffer.position() << 32 | buffer.limit();
        long kind = (long) buffer.capacity() << 3 | (buffer.order() == ByteOrder.BIG_ENDIAN ? 4 : 0)
                | (buffer.isReadOnly() ? 2 : 0) | (buffer.isDirect() ? 1 : 0);
        log.add(tag, place, kind, buffer, buffer.position(), buffer.limit());
    }

    /** What a curious application finds: a mark of others, and bytes outside of position and limit. */
    private void snoop(ByteBuffer buffer) {
        ByteBuffer copy = rolls.oneIn(2) ? buffer : buffer.duplicate();
        try {
            log.add(Tag.CLEARED, copy.reset().position(), 0);
        } catch (InvalidMarkException none) {
            log.add(Tag.CLEARED, -1, 0);
        }
        int position = buffer.position();
        int limit = buffer.limit();
        if (rolls.oneIn(2)) {
            copy.clear();
        } else {
            copy.rewind();
        }
        look(Tag.CLEARED, copy);
        buffer.limit(limit).position(position);
    }

    private static void alter(ByteBuffer buffer, Rolls rolls) {
        buffer.order(rolls.oneIn(2) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        switch (rolls.below(5)) {
            case 0 -> buffer.position(rolls.below(buffer.limit() + 1)).mark();
            case 1 -> buffer.limit(rolls.below(buffer.limit() + 1));
            case 2 -> buffer.clear();
            case 3 -> buffer.rewind().mark();
            default -> buffer.position(buffer.limit());
        }
    }

    /**
     * The application changes what it has kept though it must not use it any more; other connections must
     * not feel that.
     */
    void tamper(long number) {
        Rolls how = new Rolls(Rolls.mix(seed, ~number));
        for (ByteBuffer kept : keptBuffers) {
            if (!kept.isReadOnly()) {
                kept.clear();
                kept.put(how.bytes(kept.remaining()));
            }
            alter(kept, how);
        }
    }

    private void keep(byte[] own) {
        if (keptArrays.size() < MAX_KEPT) {
            keptArrays.add(own);
        }
    }

    /** What was handed over is as it was. */
    void showKept() {
        for (byte[] own : keptArrays) {
            log.add(Tag.KEPT, 0, 0, own);
        }
    }

    // ---- outside of callbacks -----------------------------------------------------------------------------

    /** Acts as any thread may. */
    void outside(long number) {
        if (socket == null) {
            return;
        }
        if (number == Generator.RESUME) {
            // In blocking style the inbox alone pauses and resumes.
            if (style != Style.INBOX) {
                socket.resume();
            }
            return;
        }
        rolls.restart(Rolls.mix(seed, ~number));
        try {
            if (style == Style.INBOX) {
                receive();
            } else {
                act(socket, rolls.bytes(rolls.below(50)));
            }
        } catch (Throwable thrown) {
            thrown(thrown);
        }
    }

    private void receive() throws Exception {
        Message message = socket.receive(Duration.ZERO);
        byte[] payload = switch (message) {
            case null -> NONE;
            case Message.Text text -> text.text().getBytes(StandardCharsets.UTF_8);
            case Message.Binary binary -> binary.bytes();
        };
        log.add(Tag.RECEIVED, message == null ? 0 : message instanceof Message.Text ? 1 : 2, 0, payload);
        if (message instanceof Message.Binary) {
            keep(payload);
        }
        line.interlude();
        act(socket, payload);
    }

    // ---- what it does -------------------------------------------------------------------------------------

    /** Something that answers with a status. */
    private interface Send {
        SendStatus send() throws Exception;
    }

    private void answer(Send send) throws Exception {
        SendStatus status;
        try {
            status = send.send();
        } catch (Exception thrown) {
            thrown(thrown);
            return;
        }
        log.add(Tag.ANSWER, status.ordinal(), socket.bufferedAmount());
    }

    private void thrown(Throwable thrown) {
        log.add(Tag.THROWN, thrown.toString());
    }

    private void act(WebSocket ws, byte[] payload) throws Exception {
        if (manner == Manner.BURSTS) {
            burst(ws, payload);
        } else if (rolls.oneIn(ends)) {
            end(ws);
        } else if (rolls.oneIn(acts)) {
            actAnyhow(ws, payload);
        } else if (rolls.oneIn(2)) {
            answer(() -> ws.send(payload));
        }
    }

    private void burst(WebSocket ws, byte[] payload) throws Exception {
        switch (rolls.below(5)) {
            case 0 -> sendMany(ws);
            case 1 -> answer(() -> ws.send("long text ".repeat(rolls.between(900, 2500))));
            case 2 -> sendShared(ws);
            case 3 -> ping(ws);
            default -> answer(() -> ws.send(payload));
        }
    }

    private void actAnyhow(WebSocket ws, byte[] payload) throws Exception {
        switch (rolls.below(18)) {
            case 0 -> answer(() -> ws.send(new String(payload, StandardCharsets.ISO_8859_1)));
            case 1 -> sendAndChange(ws, payload.clone());
            case 2 -> answer(() -> ws.send(rolls.bytes(rolls.oneIn(4) ? BIG_BYTES : rolls.below(3000))));
            case 3 -> sendPrepared(ws, payload.clone());
            case 4 -> sendShared(ws);
            case 5, 6 -> sendPart(ws, payload);
            case 7 -> sendByStream(ws, payload);
            case 8 -> ping(ws);
            case 9 -> sendPong(ws, payload);
            case 10 -> ws.pause();
            case 11 -> ws.demand(rolls.between(1, 3));
            case 12 -> ws.resume();
            case 13 -> sendAsync(ws, payload);
            case 14 -> toSendLater.push(payload);
            case 15 -> sendLater(ws);
            case 16 -> sendMany(ws);
            default -> ws.flush();
        }
    }

    /** More than one segment of a send queue holds, in frames that are copied together. */
    private void sendMany(WebSocket ws) throws Exception {
        for (int i = rolls.between(3, 6); i > 0; i--) {
            answer(() -> ws.send(rolls.bytes(rolls.between(3000, 7000))));
        }
    }

    private void sendAndChange(WebSocket ws, byte[] own) throws Exception {
        answer(() -> ws.send(own));
        Arrays.fill(own, (byte) 0xAA);
    }

    private void sendPrepared(WebSocket ws, byte[] own) throws Exception {
        PreparedMessage prepared = PreparedMessage.binary(own);
        Arrays.fill(own, (byte) 0xBB);
        answer(() -> ws.send(prepared));
        line.interlude();
        answer(() -> ws.trySend(prepared));
        alter(prepared.payload(), rolls);
    }

    private void sendShared(WebSocket ws) throws Exception {
        int index = rolls.below(SHARED_MESSAGES);
        PreparedMessage message = SHARED.get(index);
        answer(() -> ws.trySend(message));
        answer(() -> ws.send(SHARED_ARRAYS.get(index)));
        alter(message.frame(), rolls);
        alter(message.payload(), rolls);
    }

    /** Perhaps the last part never comes. */
    private void sendPart(WebSocket ws, byte[] payload) throws Exception {
        boolean text = partsAreText == null ? rolls.oneIn(2) : partsAreText;
        boolean last = rolls.oneIn(3);
        partsAreText = last ? null : text;
        String asText = new String(payload, StandardCharsets.ISO_8859_1);
        answer(() -> text ? ws.sendPart(asText, last) : ws.sendPart(ByteBuffer.wrap(payload), last));
    }

    private void sendByStream(WebSocket ws, byte[] payload) {
        if (style == Style.EXECUTOR) {
            // Off the transport's thread it waits for its turn, and this world has one thread.
            return;
        }
        try {
            if (rolls.oneIn(4)) {
                try (Writer writer = ws.sendingWriter()) {
                    writer.write(new String(payload, StandardCharsets.ISO_8859_1));
                }
                return;
            }
            stream = stream == null ? ws.sendingStream() : stream;
            stream.write(payload);
            if (rolls.oneIn(3)) {
                OutputStream finished = stream;
                stream = null;
                finished.close();
            }
        } catch (IOException | RuntimeException thrown) {
            thrown(thrown);
        }
    }

    private void ping(WebSocket ws) {
        CompletableFuture<Duration> pong = ws.ping();
        pong.whenComplete((time, failure) -> log.add(Tag.COMPLETED, "pong " + time + " " + failure));
    }

    private void sendPong(WebSocket ws, byte[] payload) {
        ByteBuffer pong = ByteBuffer.wrap(payload, 0, Math.min(payload.length, 125));
        ws.sendPong(pong);
    }

    private void sendAsync(WebSocket ws, byte[] payload) {
        Message message = rolls.oneIn(2)
                ? new Message.Text(new String(payload, StandardCharsets.ISO_8859_1))
                : new Message.Binary(payload.clone());
        ws.sendAsync(message)
                .whenComplete((none, failure) -> log.add(Tag.COMPLETED, "sent " + failure));
    }

    /** In another order than it came. */
    private void sendLater(WebSocket ws) throws Exception {
        while (!toSendLater.isEmpty()) {
            byte[] payload = toSendLater.pop();
            answer(() -> ws.send(payload));
        }
    }

    private void end(WebSocket ws) throws Exception {
        switch (rolls.below(9)) {
            case 0 -> ws.close();
            case 1 -> ws.close(4000 + rolls.below(100), "enough");
            case 2 -> ws.abort();
            case 3, 4 -> throw new OnPurpose.Unchecked();
            case 5 -> throw new OnPurpose.Serious();
            case 6 -> throw new OnPurpose.Checked();
            default -> ws.send("not the end");
        }
    }

    // ---- the listener -------------------------------------------------------------------------------------

    private void told(String what, long a, long b) {
        log.add(Tag.LISTENER, a, b, what.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void opened(WebSocket ws) {
        socket = ws;
        told("opened", 0, 0);
    }

    @Override
    public void received(WebSocket ws, boolean text, long bytes) {
        told("received", text ? 1 : 0, bytes);
    }

    @Override
    public void sent(WebSocket ws, boolean text, long bytes) {
        told("sent", text ? 1 : 0, bytes);
    }

    @Override
    public void overflowed(WebSocket ws, OverflowPolicy policy) {
        told("overflowed", policy.ordinal(), 0);
    }

    @Override
    public void failed(WebSocket ws, Throwable cause) {
        told("failed " + cause, 0, 0);
    }

    @Override
    public void closed(WebSocket ws, CloseInfo info) {
        told("closed " + info, 0, 0);
    }
}
