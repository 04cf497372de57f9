package io.duplex.extension;

import io.duplex.internal.pool.Poolable;
import java.util.zip.Deflater;

/** A compressor of raw DEFLATE, some 260 KiB of native memory. */
final class PooledDeflater extends Poolable {
    private static final byte[] NOTHING = {};

    final Deflater deflater;

    PooledDeflater(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    protected void renew() {
        deflater.reset();
    }

    @Override
    protected void forget() {
        deflater.setInput(NOTHING);
    }

    @Override
    protected void end() {
        deflater.end();
    }
}
