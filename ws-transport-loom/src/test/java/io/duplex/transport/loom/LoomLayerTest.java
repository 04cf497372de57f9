package io.duplex.transport.loom;

import io.duplex.contract.layer.LayerContract;
import io.duplex.transport.Transport;

/** The whole layer contract, on virtual threads. */
class LoomLayerTest extends LayerContract {
    @Override
    protected Transport transport() {
        return new LoomTransport();
    }

    @Override
    protected String name() {
        return "loom";
    }

    @Override
    protected String callingThread() {
        return "conn-1";
    }

    @Override
    protected String writingThreads() {
        return "helper-";
    }
}
