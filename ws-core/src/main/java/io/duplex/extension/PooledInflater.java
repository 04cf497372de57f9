package io.duplex.extension;

import io.duplex.internal.pool.Poolable;
import java.util.zip.Inflater;

/** A decompressor of raw DEFLATE, some 40 KiB of native memory. */
final class PooledInflater extends Poolable {
    private static final byte[] NOTHING = {};

    final Inflater inflater;

    PooledInflater() {
        inflater = new Inflater(true);
    }

    @Override
    protected void renew() {
        inflater.reset();
    }

    @Override
    protected void forget() {
        inflater.setInput(NOTHING);
    }

    @Override
    protected void end() {
        inflater.end();
    }
}
