package io.duplex.noninterference;

import io.duplex.internal.protocol.Role;
import io.duplex.noninterference.Transcript.Tag;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawSocket;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.Deflater;

/**
 * A generated conversation with a server over a socket, whose transcript depends neither on time nor on how
 * TCP cuts bytes: the peer writes some messages in pieces of any size, waits until all of them are answered,
 * goes on so, and ends in some way. Immutable.
 */
public final class Exchange {
    /** How the application gets messages; the beginning of the path of its endpoint. */
    public enum Style {
        /** Callbacks with whole messages. */
        WHOLE,
        /** Callbacks with parts. */
        PARTS,
        /** Callbacks on an executor. */
        EXECUTOR,
        /** Blocking style. */
        BLOCKING;

        /**
         * Where its endpoint is.
         *
         * @param provider whose extension it has; negative for none
         * @return a path that ends with a slash, for the name of the connection to follow
         */
        public String path(int provider) {
            return "/" + name().toLowerCase(java.util.Locale.ROOT) + (provider < 0 ? "" : provider) + "/";
        }
    }

    private enum TcpEnd {
        CLOSE, BREACH, FIN, RESET
    }

    /** The text that the server's application sends back at once. */
    static final String BARRIER = "barrier ";
    /**
     * The most that one conversation sends in a round: what two kernels hold, and an answer of the same
     * size.
     */
    private static final int USUAL_BYTES = 40_000;
    private static final int MAX_ROUND_BYTES = 60_000;
    private static final int SMALL_BUFFER_BYTES = 4 << 10;
    private static final int MAX_SINGLE_BYTES = 60;

    private final long seed;
    private final Style style;
    private final int compression;
    private final String head;
    private final boolean headIsRight;
    private final List<List<byte[]>> rounds = new ArrayList<>();
    private final List<byte[]> last = new ArrayList<>();
    private final TcpEnd ending;
    private final Set<ByteBuffer> pings;

    /**
     * Generates a conversation.
     *
     * @param seed   decides all of it
     * @param direct whether callbacks run on the transport's thread, so that a failure stops them at once
     */
    public Exchange(long seed, boolean direct) {
        this.seed = seed;
        Rolls rolls = new Rolls(Rolls.mix(seed, 0));
        style = Style.values()[rolls.oneIn(3) ? rolls.below(4) : rolls.below(2)];
        compression = rolls.oneIn(3) ? rolls.below(Compression.variants(Role.SERVER).size()) : -1;
        headIsRight = !rolls.oneIn(12);
        head = fields(rolls);
        ending = TcpEnd.values()[rolls.below(4)];
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            PeerBytes bytes = new PeerBytes(rolls, true, USUAL_BYTES, compression < 0 ? null : deflater,
                    compression >= 0
                            && Compression.variants(Role.SERVER).get(compression).peerTakesOver());
            for (int i = rolls.between(1, 4); i > 0; i--) {
                rounds.add(round(rolls, bytes));
            }
            pings = bytes.pings();
            end(rolls, bytes, direct && style != Style.EXECUTOR && style != Style.BLOCKING);
        } finally {
            deflater.end();
        }
    }

    private String fields(Rolls rolls) {
        String key = Base64.getEncoder().encodeToString(rolls.bytes(16));
        StringBuilder fields = new StringBuilder(" HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: " + key + "\r\nSec-WebSocket-Version: "
                + (headIsRight ? 13 : 12) + "\r\n");
        for (String name : List.of("Cookie", "Authorization", "X-Api-Key", "X-Trace")) {
            if (rolls.oneIn(3)) {
                fields.append(name + ": " + Long.toHexString(rolls.next()) + "\r\n");
            }
        }
        if (compression >= 0) {
            fields.append("Sec-WebSocket-Extensions: "
                    + Compression.variants(Role.SERVER).get(compression).element() + "\r\n");
        }
        return fields.append("\r\n").toString();
    }

    private List<byte[]> round(Rolls rolls, PeerBytes bytes) {
        for (int i = rolls.oneIn(20) ? 30 : rolls.below(6); i > 0; i--) {
            if (bytes.items().stream().mapToInt(item -> item.length).sum() < MAX_ROUND_BYTES) {
                bytes.message();
            }
        }
        if (rolls.oneIn(2)) {
            bytes.control();
        }
        bytes.plainText(BARRIER + rounds.size());
        return pieces(rolls, bytes);
    }

    private void end(Rolls rolls, PeerBytes bytes, boolean anything) {
        if (anything && rolls.oneIn(2)) {
            bytes.message();
        }
        if (ending != TcpEnd.CLOSE && rolls.oneIn(2)) {
            bytes.unfinished();
        }
        if (ending == TcpEnd.CLOSE) {
            bytes.close();
        } else if (ending == TcpEnd.BREACH) {
            bytes.breach();
            // What completes a breach that is none yet; all of it is thrown away otherwise.
            bytes.raw(new byte[] { 0x00, 0x00 });
        }
        last.addAll(pieces(rolls, bytes));
    }

    private static List<byte[]> pieces(Rolls rolls, PeerBytes bytes) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        bytes.items().forEach(joined::writeBytes);
        bytes.items().clear();
        byte[] all = joined.toByteArray();
        int most = all.length <= MAX_SINGLE_BYTES && rolls.oneIn(4)
                ? 1
                : Math.max(1, all.length / rolls.between(1, 5));
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < all.length;) {
            int to = Math.min(all.length, from + rolls.between(1, most));
            pieces.add(Arrays.copyOfRange(all, from, to));
            from = to;
        }
        return pieces;
    }

    /**
     * How much the peer's kernel takes before the peer reads.
     *
     * @return SO_RCVBUF, little for some peers, so that the server's output waits; empty for the default
     */
    public OptionalInt receiveBufferBytes() {
        return seed % 3 == 0 ? OptionalInt.of(SMALL_BUFFER_BYTES) : OptionalInt.empty();
    }

    long seed() {
        return seed;
    }

    Style style() {
        return style;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("exchange " + seed + ", " + style + ", ends with " + ending
                + ", GET …" + head.strip());
        for (List<byte[]> round : rounds) {
            text.append("\n  round:");
            round.forEach(piece -> text.append("\n    ").append(Step.arriving(piece)));
        }
        text.append("\n  at last:");
        last.forEach(piece -> text.append("\n    ").append(Step.arriving(piece)));
        return text.toString();
    }

    /** One conversation on its connection, seen from the peer. For one thread. */
    public final class Play {
        private final RawSocket peer;
        private final Transcript log = new Transcript();
        private boolean open;
        private boolean over;

        /**
         * Nothing is written yet.
         *
         * @param peer a connected socket
         */
        public Play(RawSocket peer) {
            this.peer = peer;
        }

        /**
         * The opening handshake.
         *
         * @param name of the connection, unique for the server
         * @return whether the server has accepted
         * @throws IOException if the socket fails
         */
        public boolean open(String name) throws IOException {
            int provider = compression < 0
                    ? -1
                    : Compression.variants(Role.SERVER).get(compression).provider();
            peer.write(("GET " + style.path(provider) + name + head).getBytes(StandardCharsets.ISO_8859_1));
            var answer = peer.readHead();
            log.add(Tag.HANDSHAKE, answer.lines().toString());
            open = answer.status() == 101;
            over = !open;
            return open;
        }

        /**
         * How many rounds there are; the last one ends the connection.
         *
         * @return a count
         */
        public int rounds() {
            return rounds.size() + 1;
        }

        /**
         * Writes a piece of a round.
         *
         * @param round from 0
         * @param piece from 0
         * @return whether more follow
         * @throws IOException if the socket fails
         */
        public boolean write(int round, int piece) throws IOException {
            List<byte[]> pieces = pieces(round);
            if (over || piece >= pieces.size()) {
                return false;
            }
            peer.write(pieces.get(piece));
            return piece + 1 < pieces.size();
        }

        private List<byte[]> pieces(int round) {
            return round < rounds.size() ? rounds.get(round) : round == rounds.size() ? last : List.of();
        }

        /**
         * Reads what answers a round, or what is left after the last one.
         *
         * @param round from 0
         * @throws IOException if the socket fails
         */
        public void read(int round) throws IOException {
            if (round < rounds.size() && !over) {
                readToBarrier(BARRIER + round);
            } else if (round == rounds.size()) {
                end();
            }
        }

        private void readToBarrier(String barrier) throws IOException {
            for (;;) {
                RawFrame frame = peer.readFrame();
                show(frame);
                if (frame.isClose()) {
                    over = true;
                    return;
                }
                if (frame.opcode() == 1 && frame.rsv() == 0 && frame.fin() && frame.text().equals(barrier)) {
                    return;
                }
            }
        }

        /** How many pongs come depends on time; that each answers a ping of this connection does not. */
        private void show(RawFrame frame) {
            byte[] payload = frame.payload().bytes();
            if (frame.opcode() != 10) {
                log.add(Tag.SENT, frame.opcode(), (frame.fin() ? 8 : 0) | frame.rsv(), payload);
            } else if (!pings.contains(ByteBuffer.wrap(payload))) {
                log.add(Tag.PONG, -1, 0, payload);
            }
        }

        private void end() throws IOException {
            if (open && !over && ending == TcpEnd.RESET) {
                peer.reset();
                return;
            }
            // Not behind a breach before the answer is here: a TLS engine may not send it behind the peer's
            // close_notify.
            if (over || ending == TcpEnd.FIN) {
                peer.halfClose();
            }
            try {
                while (open) {
                    show(peer.readFrame());
                }
            } catch (EOFException end) {
                log.add(Tag.FIN, 0, 0);
            }
            if (peer.readToEnd() == RawSocket.End.RESET) {
                log.add(Tag.RESET, 0, 0);
            }
            peer.close();
        }

        /**
         * What came.
         *
         * @return a copy
         */
        public byte[] transcript() {
            return log.toBytes();
        }
    }
}
