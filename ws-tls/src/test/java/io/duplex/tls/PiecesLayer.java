package io.duplex.tls;

import io.duplex.testkit.PlainLayer;
import io.duplex.transport.OutputBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sends text in pieces of every kind, and overwrites each as soon as it may: lent ones when the call ends,
 * referenced ones when they are sent. Names memory for what it receives.
 */
final class PiecesLayer extends PlainLayer {
    private final Random random;
    private final List<ByteBuffer> lent = new ArrayList<>();
    private final List<ByteBuffer> referenced = new ArrayList<>();
    private byte[] text = {};
    private int next;
    private ByteBuffer target;
    /** Reads that came in the memory named for them. */
    int targetsFilled;

    PiecesLayer(Random random) {
        this.random = random;
    }

    @Override
    public void sendSilently(String ascii) {
        text = ascii.getBytes();
        next = 0;
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        throw new AssertionError("the engine takes references");
    }

    @Override
    public boolean produce(OutputBatch batch, long nanoTime) {
        boolean fits = true;
        while (fits && next < text.length) {
            int most = Math.min(text.length - next, 1 + random.nextInt(random.nextBoolean() ? 100 : 20_000));
            int kind = random.nextInt(3);
            int before = next;
            if (kind == 0) {
                ByteBuffer own = batch.beginCopy();
                put(own, Math.min(most, own.remaining()));
                batch.endCopy();
            } else if (batch.referenceRoom() > 0) {
                int count = Math.min(most, batch.referenceRoom());
                ByteBuffer view =
                        random.nextBoolean() ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
                put(view, count);
                view.flip();
                if (kind == 1) {
                    batch.reference(view);
                    referenced.add(view.duplicate());
                } else {
                    batch.referenceLent(view);
                    lent.add(view.duplicate());
                }
            }
            fits = next > before && random.nextInt(8) > 0;
        }
        return next < text.length;
    }

    private void put(ByteBuffer dst, int count) {
        dst.put(text, next, count);
        next += count;
    }

    /** The call into the layers below is over. */
    void callEnded() {
        overwrite(lent);
    }

    @Override
    public void sent(long nanoTime) {
        overwrite(referenced);
    }

    private static void overwrite(List<ByteBuffer> views) {
        for (ByteBuffer view : views) {
            while (view.hasRemaining()) {
                view.put((byte) '!');
            }
        }
        views.clear();
    }

    @Override
    public ByteBuffer readTarget() {
        int room = random.nextInt(60_000);
        target = random.nextInt(4) == 0 ? null : ByteBuffer.allocateDirect(room + 10).position(10);
        return target;
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        targetsFilled += src == target ? 1 : 0;
        int limit = src.limit();
        if (random.nextInt(4) == 0 && src.hasRemaining()) {
            src.limit(src.position() + 1 + random.nextInt(src.remaining()));
        }
        super.receive(src, nanoTime);
        src.limit(limit);
    }
}
