package io.duplex.transport.bio;

import io.duplex.contract.layer.LayerContract;
import io.duplex.transport.Transport;

/** The whole layer contract, on blocking sockets. */
class BioLayerTest extends LayerContract {
    @Override
    protected Transport transport() {
        return new BioTransport();
    }

    @Override
    protected String name() {
        return "bio";
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
