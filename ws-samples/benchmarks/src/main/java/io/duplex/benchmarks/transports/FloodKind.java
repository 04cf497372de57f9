package io.duplex.benchmarks.transports;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** The content that a flooder sends repeatedly. */
enum FloodKind {
    /** Nothing: the probe alone. */
    NONE("none"),
    /** Messages without a payload. */
    EMPTY("empty messages"),
    /** Messages of 16 bytes. */
    SMALL("messages of 16 bytes"),
    /** Messages of some 1,000 bytes that inflate to 1 MB. */
    INFLATED("messages that inflate to 1 MB"),
    /** Pings without a payload; the pongs are read. */
    PINGS("pings"),
    /** Messages in a thousand fragments of a byte. */
    FRAGMENTS("fragments of a byte");

    /** Large enough for a cheap flooder. */
    private static final int BATCH_BYTES = 64 << 10;
    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int BINARY = 2;
    private static final int PING = 9;
    private static final int INFLATED_BYTES = 1_000_000;
    private static final int FRAGMENTS_A_MESSAGE = 1000;

    private final String title;

    FloodKind(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Returns whole messages that fill a large write. */
    byte[] batch() {
        byte[] unit = unit();
        int count = Math.max(1, BATCH_BYTES / unit.length);
        byte[] all = new byte[count * unit.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(unit, 0, all, i * unit.length, unit.length);
        }
        return all;
    }

    private byte[] unit() {
        return switch (this) {
            case NONE -> throw new IllegalStateException("there is nothing to send");
            case EMPTY -> frame(FIN | BINARY, new byte[0]);
            case SMALL -> frame(FIN | BINARY, new byte[16]);
            case INFLATED -> frame(FIN | RSV1 | BINARY, deflated());
            case PINGS -> frame(FIN | PING, new byte[0]);
            case FRAGMENTS -> fragments();
        };
    }

    private static byte[] fragments() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(frame(BINARY, new byte[1]));
        for (int i = 2; i < FRAGMENTS_A_MESSAGE; i++) {
            all.writeBytes(frame(0, new byte[1]));
        }
        all.writeBytes(frame(FIN, new byte[1]));
        return all.toByteArray();
    }

    /** Deflates zeros, without the four bytes that RFC 7692 section 7.2.1 removes. */
    private static byte[] deflated() {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(new byte[INFLATED_BYTES]);
            byte[] out = new byte[8 << 10];
            int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, length - 4);
        } finally {
            deflater.end();
        }
    }

    /** Returns a masked frame with the key 0. */
    static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /**
     * Opens a connection and completes its handshake: to the echo if nothing is flooded, otherwise to the
     * sink.
     */
    Socket connect(InetAddress host, int port) throws IOException {
        Socket socket = new Socket(host, port);
        socket.setTcpNoDelay(true);
        String request = "GET " + (this == NONE ? FloodedServer.ECHO : FloodedServer.SINK)
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (this == INFLATED ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (int tail = 0; tail != 0x0D0A0D0A;) {
            tail = tail << Byte.SIZE | in.readUnsignedByte();
        }
        return socket;
    }
}
