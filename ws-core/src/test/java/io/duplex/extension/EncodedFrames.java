package io.duplex.extension;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.zip.Deflater;

/** Payloads of compressed messages, made without the code that is tested. */
public final class EncodedFrames {
    private EncodedFrames() {}

    /** What hardly compresses, the same in each run. */
    public static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        return noise;
    }

    /** The payload of a whole message, over all its frames. */
    public static byte[] compressed(byte[] content) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setInput(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        int count;
        do {
            count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
            out.write(chunk, 0, count);
        } while (count == chunk.length);
        deflater.end();
        byte[] flushed = out.toByteArray();
        // RFC 7692 section 7.2.1: the end of the flush is not sent.
        return java.util.Arrays.copyOf(flushed, flushed.length - 4);
    }
}
