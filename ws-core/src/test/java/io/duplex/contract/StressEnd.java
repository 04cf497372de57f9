package io.duplex.contract;

import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.NotSentException;
import io.duplex.PreparedMessage;
import io.duplex.SendQueueFullException;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.contract.StressTally.Letter;
import io.duplex.contract.StressTally.Sender;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One end of a connection under stress: what its threads do, and what its callbacks and listeners do beside
 * them. It checks the contract of callbacks itself.
 */
final class StressEnd implements WebSocketHandler {
    private static final int SMALL = 300;
    private static final int MIDDLE = 5_000;
    private static final int LARGE = 60_000;
    /** What callbacks send altogether, so that two ends do not answer each other for ever. */
    private static final int MOST_ANSWERS = 60;

    private final String name;
    private final Delivery delivery;
    private final StressTally outgoing;
    private final StressTally incoming;
    private final Queue<String> breaches;
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicReference<Consumer<WebSocket>> ending = new AtomicReference<>(ws -> {});
    private final Queue<CompletableFuture<Duration>> pings = new ConcurrentLinkedQueue<>();
    private final ReentrantLock sendingParts = new ReentrantLock();
    private final Sender callbacks;
    private final Random callbackRandom;
    /** The parts that have come of a message. */
    private final StringBuilder parts = new StringBuilder();

    StressEnd(String name, Delivery delivery, StressTally outgoing, StressTally incoming,
            Queue<String> breaches, long seed) {
        this.name = name;
        this.delivery = delivery;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.breaches = breaches;
        this.callbacks = outgoing.new Sender();
        this.callbackRandom = new Random(seed);
    }

    CompletableFuture<WebSocket> opened() {
        return opened;
    }

    CompletableFuture<CloseInfo> closed() {
        return closed;
    }

    int errors() {
        return errors.get();
    }

    /** Runs once in a callback of this end, after so many messages that a few threads are under way. */
    void endInCallback(Consumer<WebSocket> how) {
        ending.set(how);
    }

    boolean pingsAreAnswered() {
        return pings.stream().allMatch(CompletableFuture::isDone);
    }

    // ---- threads ------------------------------------------------------------------------------------------

    /** What one thread does. */
    void run(int calls, long seed) {
        Random random = new Random(seed);
        Sender sender = outgoing.new Sender();
        WebSocket ws = opened.join();
        for (int i = 0; i < calls; i++) {
            try {
                call(ws, sender, random);
            } catch (RuntimeException | Error e) {
                breaches.add(name + ": a call threw " + e + " at " + e.getStackTrace()[0]);
            }
        }
    }

    private void call(WebSocket ws, Sender sender, Random random) {
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> sendText(ws, letter(sender, random));
            case 3, 4, 5 -> sendBinary(ws, letter(sender, random), random);
            case 6, 7 -> sendAsync(ws, letter(sender, random), random.nextBoolean());
            case 8 -> sendPrepared(ws, letter(sender, random));
            case 9, 10 -> stream(ws, letter(sender, random), random);
            case 11 -> sendParts(ws, letter(sender, random));
            case 12 -> ping(ws);
            case 13 -> pause(ws);
            case 14 -> ws.sendPong(ByteBuffer.wrap(new byte[random.nextInt(100)]));
            default -> ws.flush();
        }
    }

    private static Letter letter(Sender sender, Random random) {
        int roll = random.nextInt(20);
        return sender.letter(random, random.nextInt(roll == 0 ? LARGE : roll < 5 ? MIDDLE : SMALL));
    }

    private interface Send {
        SendStatus send();
    }

    private static void send(Letter letter, Send send) {
        boolean accepted = false;
        try {
            accepted = isAccepted(send.send());
        } catch (SendQueueFullException full) {
            // The policy says so, or the call is on a thread that must not wait.
        } finally {
            letter.accepted(accepted);
        }
    }

    private static void sendText(WebSocket ws, Letter letter) {
        send(letter, () -> ws.send(letter.text()));
    }

    private void sendBinary(WebSocket ws, Letter letter, Random random) {
        byte[] bytes = bytes(letter);
        ByteBuffer buffer = random.nextBoolean()
                ? ByteBuffer.wrap(bytes)
                : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        send(letter, () -> ws.send(buffer));
        // The buffer is the caller's again.
        for (int i = 0; i < buffer.limit(); i++) {
            buffer.put(i, (byte) '#');
        }
    }

    private static void sendPrepared(WebSocket ws, Letter letter) {
        PreparedMessage prepared = PreparedMessage.binary(bytes(letter));
        send(letter, () -> ws.trySend(prepared));
    }

    private void sendAsync(WebSocket ws, Letter letter, boolean text) {
        Message message = text ? new Message.Text(letter.text()) : new Message.Binary(bytes(letter));
        ws.sendAsync(message).whenComplete((nothing, failure) -> {
            letter.left(failure == null);
            if (failure != null && !(cause(failure) instanceof NotSentException)
                    && !(cause(failure) instanceof SendQueueFullException)) {
                breaches.add(name + ": sendAsync failed with " + failure);
            }
            answer(ws, outgoing.new Sender(), new Random(letter.text().length()));
        });
    }

    /** A message in frames, by one thread at a time: the connection cannot tell whose part a part is. */
    private void sendParts(WebSocket ws, Letter letter) {
        if (!sendingParts.tryLock()) {
            sendText(ws, letter);
            return;
        }
        try {
            int middle = letter.text().length() / 2;
            if (!isAccepted(ws.sendPart(letter.text().substring(0, middle), false))) {
                letter.accepted(false);
            } else if (finish(ws, letter.text().substring(middle))) {
                letter.accepted(true);
            } else {
                letter.cut();
            }
        } catch (IllegalStateException | SendQueueFullException e) {
            // A stream is under way, or the queue is full: the message has not begun.
            letter.accepted(false);
        } finally {
            sendingParts.unlock();
        }
    }

    /** The message must end, or no other one could leave: a part that is refused leaves it as it was. */
    private static boolean finish(WebSocket ws, String rest) {
        while (true) {
            try {
                SendStatus status = ws.sendPart(rest, true);
                if (status != SendStatus.DROPPED) {
                    return isAccepted(status);
                }
            } catch (SendQueueFullException full) {
                // There will be room when the peer has read.
            }
            Thread.yield();
        }
    }

    private static boolean isAccepted(SendStatus status) {
        return status == SendStatus.ACCEPTED || status == SendStatus.ABOVE_HIGH_WATER;
    }

    private static void stream(WebSocket ws, Letter letter, Random random) {
        int middle = random.nextInt(letter.text().length());
        try {
            if (random.nextBoolean()) {
                try (OutputStream out = ws.sendingStream()) {
                    out.write(bytes(letter), 0, middle);
                    out.write(bytes(letter), middle, letter.text().length() - middle);
                }
            } else {
                try (Writer out = ws.sendingWriter()) {
                    out.write(letter.text(), 0, middle);
                    out.write(letter.text(), middle, letter.text().length() - middle);
                }
            }
            letter.accepted(true);
        } catch (IOException e) {
            letter.cut();
        }
    }

    private void ping(WebSocket ws) {
        CompletableFuture<Duration> ping = ws.ping();
        pings.add(ping);
        ping.whenComplete((time, failure) -> {
            if (failure != null && !(cause(failure) instanceof NotSentException)) {
                breaches.add(name + ": ping failed with " + failure);
            }
            answer(ws, outgoing.new Sender(), new Random(0));
        });
    }

    private static void pause(WebSocket ws) {
        ws.pause();
        ws.demand(2);
        ws.resume();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    }

    private static byte[] bytes(Letter letter) {
        return letter.text().getBytes(StandardCharsets.ISO_8859_1);
    }

    // ---- callbacks and listeners --------------------------------------------------------------------------

    /** Never waits: two ends whose callbacks wait for room wait for each other. */
    private void answer(WebSocket ws, Sender sender, Random random) {
        if (answers.incrementAndGet() <= MOST_ANSWERS) {
            sendPrepared(ws, letter(sender, random));
        }
    }

    private void callback(Runnable body) {
        Thread other = inside.getAndSet(Thread.currentThread());
        if (other != null) {
            breaches.add(name + ": callbacks on " + other + " and " + Thread.currentThread() + " at once");
        }
        if (!opened.isDone() || closed.isDone()) {
            breaches.add(name + ": a callback before onOpen or after onClose");
        }
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            breaches.add(name + ": a callback met " + e);
        } finally {
            inside.set(null);
        }
    }

    private void received(WebSocket ws, String text) {
        callback(() -> {
            incoming.receive(text);
            switch (callbackRandom.nextInt(6)) {
                case 0 -> answer(ws, callbacks, callbackRandom);
                case 1 -> sendAsync(ws, letter(callbacks, callbackRandom), true);
                case 2 -> ping(ws);
                case 3 -> pause(ws);
                default -> ws.bufferedAmount();
            }
            if (incoming.receivedCount() > 20) {
                ending.getAndSet(known -> {}).accept(ws);
            }
        });
    }

    @Override
    public Delivery delivery() {
        return delivery;
    }

    @Override
    public void onOpen(WebSocket ws) {
        if (!opened.complete(ws)) {
            breaches.add(name + ": a second onOpen");
        }
        callback(() -> answer(ws, callbacks, callbackRandom));
    }

    @Override
    public void onText(WebSocket ws, String text) {
        received(ws, text);
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) {
        received(ws, StandardCharsets.ISO_8859_1.decode(payload).toString());
    }

    @Override
    public void onTextPart(WebSocket ws, String part, boolean last) {
        part(ws, part, last);
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
        part(ws, StandardCharsets.ISO_8859_1.decode(part).toString(), last);
    }

    private void part(WebSocket ws, String part, boolean last) {
        parts.append(part);
        if (last) {
            String whole = parts.toString();
            parts.setLength(0);
            received(ws, whole);
        } else {
            callback(() -> {});
        }
    }

    @Override
    public void onDrained(WebSocket ws) {
        callback(() -> answer(ws, callbacks, callbackRandom));
    }

    @Override
    public void onPong(WebSocket ws, ByteBuffer payload) {
        callback(() -> {});
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        errors.incrementAndGet();
        callback(() -> {});
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        callback(() -> {
            sendText(ws, letter(callbacks, callbackRandom));
            ping(ws);
            ws.close();
        });
        if (!closed.complete(info)) {
            breaches.add(name + ": a second onClose");
        }
    }

    /** The application's view of both ends, for a failure. */
    String state() {
        Optional<WebSocket> ws = Optional.ofNullable(opened.getNow(null));
        return name + ": "
                + ws.map(known -> known.readyState() + ", " + known.bufferedAmount() + " bytes wait")
                        .orElse("never opened")
                + ", " + outgoing.unreported() + " unreported, "
                + pings.stream().filter(ping -> !ping.isDone()).count() + " pings open, closed "
                + closed.getNow(null);
    }
}
