package io.duplex.contract;

import io.duplex.CloseInfo;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.contract.CloseMatrixContract.Moment;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Flood;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server and a client for the rounds of one cell of the close matrix, and the ends that meet there. */
final class MatrixEnds implements AutoCloseable {
    private static final int SMALL_MESSAGES = 20;
    /** Together more than all kernels take from an end whose peer does not read. */
    private static final int LARGE_MESSAGES = 96;
    private static final int LARGE_BYTES = 64 << 10;
    private static final int MOST_MESSAGES = 2000;

    private final TransportContract on;
    private final WebSocketServer server;
    private final WebSocketClient client;
    private final Map<String, Tally> expected = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    MatrixEnds(TransportContract on, Duration close) throws IOException {
        this.on = on;
        this.server = CloseMatrixContract.server(on, close).endpoint("/{id}", new ByPath()).start();
        this.client = CloseMatrixContract.client(on, close).build();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    /** One handler for all connections of the server: each has its tally. */
    private final class ByPath implements WebSocketHandler {
        private Tally of(WebSocket ws) {
            return expected.get(ws.pathParameters().get("id"));
        }

        @Override
        public void onOpen(WebSocket ws) {
            of(ws).onOpen(ws);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            of(ws).onBinary(ws, payload);
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            of(ws).onClose(ws, info);
        }
    }

    // ---- both ends are ours -------------------------------------------------------------------------------

    /** Two ends that are open. */
    Meeting meet(boolean serverCloses, Moment moment) {
        boolean paused = moment == Moment.PEER_NOT_READING;
        Tally atServer = new Tally(!serverCloses && paused);
        Tally atClient = new Tally(serverCloses && paused);
        String id = Integer.toString(ids.incrementAndGet());
        expected.put(id, atServer);
        ContractPart.within(client.connect(ClientRequest.of(on.uri(server, "/" + id)), atClient));
        atClient.socket();
        atServer.socket();
        return serverCloses ? new Meeting(atServer, atClient) : new Meeting(atClient, atServer);
    }

    /** Two ends, and which one is to begin. */
    record Meeting(Tally closer, Tally peer) {
        /** Makes the moment; the closer may close when this returns. */
        void goOn(Moment moment) {
            switch (moment) {
                case IDLE -> {
                    // That is all.
                }
                case IN_FLIGHT_BOTH_WAYS -> {
                    peer.sendOnAndOn(100);
                    closer.send(SMALL_MESSAGES, 100);
                }
                case PEER_NOT_READING -> closer.send(LARGE_MESSAGES, LARGE_BYTES);
                case PEER_SENDING_MEGABYTES -> {
                    peer.sendOnAndOn(LARGE_BYTES);
                    closer.awaitFirstMessage();
                }
            }
        }
    }

    // ---- the peer is raw ----------------------------------------------------------------------------------

    /** An open connection of Duplex, and a raw peer. */
    Encounter encounter(boolean ofServer) throws IOException {
        Tally subject = new Tally(false);
        if (ofServer) {
            String id = Integer.toString(ids.incrementAndGet());
            expected.put(id, subject);
            RawSocket socket = on.rawClient(server).handshake("/" + id);
            subject.socket();
            return new Encounter(true, subject, socket);
        }
        try (RawServer listening = on.rawServer()) {
            var connecting = client.connect(ClientRequest.of(on.uri(listening, "/")), subject);
            RawSocket socket = listening.accept();
            socket.acceptHandshake();
            ContractPart.within(connecting);
            return new Encounter(false, subject, socket);
        }
    }

    /** A connection of Duplex and its raw peer, for one thread. */
    static final class Encounter implements AutoCloseable {
        private final boolean ofServer;
        private final Tally subject;
        private final RawSocket socket;
        private int written;
        private int read;
        private Flood flood;

        Encounter(boolean ofServer, Tally subject, RawSocket socket) {
            this.ofServer = ofServer;
            this.subject = subject;
            this.socket = socket;
        }

        void goOn(Moment moment) throws IOException {
            switch (moment) {
                case IDLE -> {
                    // That is all.
                }
                case IN_FLIGHT_BOTH_WAYS -> {
                    subject.send(SMALL_MESSAGES, 100);
                    write(SMALL_MESSAGES, 100);
                }
                case PEER_NOT_READING -> subject.send(LARGE_MESSAGES, LARGE_BYTES);
                case PEER_SENDING_MEGABYTES -> write(LARGE_MESSAGES, LARGE_BYTES);
            }
        }

        private void write(int messages, int bytes) throws IOException {
            for (int i = 0; i < messages; i++) {
                Frames frame = Frames.of(2, Tally.message(written++, bytes));
                socket.write(ofServer ? frame.mask() : frame);
            }
        }

        /** An opcode that means nothing, and perhaps megabytes of the same kind. */
        void breakRule(boolean goingOn) throws IOException {
            Frames broken = Frames.of(3);
            socket.write(ofServer ? broken.mask() : broken);
            if (goingOn) {
                flood = new Flood(socket.out(), new byte[LARGE_BYTES], (long) LARGE_MESSAGES * LARGE_BYTES);
            }
        }

        /** Returns the Close frame's code. */
        int readMessagesToClose() throws IOException {
            for (;;) {
                RawFrame frame = socket.readFrame();
                if (frame.isClose()) {
                    return frame.closeCode();
                }
                Tally.check(read++, ByteBuffer.wrap(frame.payload().bytes()));
            }
        }

        /** With a FIN, after all pending output. */
        void closeSocket() {
            if (flood != null) {
                flood.awaitDone();
            }
            socket.close();
        }

        boolean ofServer() {
            return ofServer;
        }

        Tally subject() {
            return subject;
        }

        RawSocket socket() {
            return socket;
        }

        int messagesWritten() {
            return written;
        }

        int messagesRead() {
            return read;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** One end: numbers what it sends, and checks the numbers of what it gets. */
    static final class Tally implements WebSocketHandler {
        private final boolean pausedAtOpen;
        private final CompletableFuture<WebSocket> open = new CompletableFuture<>();
        private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();
        private final CountDownLatch firstMessage = new CountDownLatch(1);
        private final AtomicInteger received = new AtomicInteger();
        private final AtomicInteger sent = new AtomicInteger();
        private volatile AssertionError breach;
        private Thread sender;

        Tally(boolean pausedAtOpen) {
            this.pausedAtOpen = pausedAtOpen;
        }

        static byte[] message(int number, int bytes) {
            return ByteBuffer.allocate(bytes).putInt(number).array();
        }

        static void check(int number, ByteBuffer payload) {
            int got = payload.getInt();
            if (got != number) {
                throw new AssertionError("message " + got + " came where " + number + " was due");
            }
        }

        WebSocket socket() {
            return ContractPart.within(open);
        }

        void send(int messages, int bytes) {
            for (int i = 0; i < messages; i++) {
                if (!sendNext(bytes)) {
                    throw new AssertionError("closed while " + i + " messages were sent");
                }
            }
        }

        private boolean sendNext(int bytes) {
            SendStatus status = socket().send(message(sent.get(), bytes));
            boolean taken = status == SendStatus.ACCEPTED || status == SendStatus.ABOVE_HIGH_WATER;
            if (taken) {
                sent.incrementAndGet();
            }
            return taken;
        }

        /** On a thread of its own, until no message is taken any more. */
        void sendOnAndOn(int bytes) {
            int most = bytes < LARGE_BYTES ? MOST_MESSAGES : 2 * LARGE_MESSAGES;
            sender = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < most && sendNext(bytes); i++) {
                    // Counted where it is sent.
                }
            });
        }

        void awaitFirstMessage() {
            ContractPart.await("the first message has come", firstMessage);
        }

        CloseInfo awaitClosed() {
            CloseInfo info = ContractPart.within(closed);
            if (breach != null) {
                throw breach;
            }
            return info;
        }

        int received() {
            return received.get();
        }

        /** Returns the number of accepted messages; it no longer changes after the end of the connection. */
        int sent() {
            if (sender != null) {
                try {
                    sender.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return sent.get();
        }

        @Override
        public void onOpen(WebSocket ws) {
            if (pausedAtOpen) {
                ws.pause();
            }
            open.complete(ws);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            try {
                check(received.getAndIncrement(), payload);
            } catch (AssertionError e) {
                breach = e;
            }
            firstMessage.countDown();
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            if (!closed.complete(info)) {
                breach = new AssertionError("a second onClose: " + info);
            }
        }
    }
}
