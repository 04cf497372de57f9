package io.duplex.extension;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.duplex.frame.WebSocketProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;

/** What the tests of this package share: whole messages in, whole messages out. */
final class Codecs {
    private Codecs() {}

    static byte[] hex(String digits) {
        return HexFormat.ofDelimiter(" ").parseHex(digits);
    }

    static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Encodes the message in parts of the given length. */
    static byte[] encode(Extension extension, byte[] message, int partBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int position = 0;
        do {
            int length = Math.min(partBytes, message.length - position);
            ByteBuffer part = ByteBuffer.wrap(message, position, length);
            position += length;
            extension.encode(part, position == message.length, piece -> collect(piece, out));
        } while (position < message.length);
        return out.toByteArray();
    }

    static byte[] decode(Extension extension, byte[] payload, int partBytes)
            throws WebSocketProtocolException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int position = 0;
        do {
            int length = Math.min(partBytes, payload.length - position);
            ByteBuffer part = ByteBuffer.wrap(payload, position, length);
            position += length;
            extension.decode(part, position == payload.length, piece -> collect(piece, out));
        } while (position < payload.length);
        return out.toByteArray();
    }

    static byte[] decode(Extension extension, byte[] payload) throws WebSocketProtocolException {
        return decode(extension, payload, Math.max(1, payload.length));
    }

    private static void collect(ByteBuffer piece, ByteArrayOutputStream out) {
        while (piece.hasRemaining()) {
            out.write(piece.get());
        }
    }

    /** Compresses a whole message at once, with nothing of the library. */
    static byte[] naiveDeflate(Deflater deflater, byte[] message) {
        byte[] out = new byte[message.length * 2 + 1024];
        deflater.setInput(message);
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        return length == 0 ? new byte[] { 0 } : java.util.Arrays.copyOf(out, length - 4);
    }

    /** Text with repetitions near and far. */
    static byte[] wordy(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("{\"id\":")
                    .append(random.nextInt(100))
                    .append(",\"name\":\"n")
                    .append(random.nextInt(9))
                    .append("\"},");
        }
        return ascii(text.substring(0, length));
    }

    static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The server's end, for an offer in wire form. */
    static Extension server(PerMessageDeflate options, String offer) {
        return options.accept(header(offer)).orElseThrow().extension();
    }

    static ExtensionHeader header(String value) {
        return ExtensionHeader.parse(java.util.List.of(value)).getFirst();
    }
}
