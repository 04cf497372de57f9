package io.duplex.transport.nio;

import io.duplex.contract.layer.LayerContract;
import io.duplex.transport.Transport;
import java.io.IOException;

/** The whole layer contract, on selectors. */
class NioLayerTest extends LayerContract {
    @Override
    protected Transport transport() {
        return new NioTransport(2);
    }

    @Override
    protected String name() {
        return "nio";
    }

    @Override
    protected String callingThread() {
        return "loop-1";
    }

    @Override
    protected String writingThreads() {
        return "loop-";
    }

    /** A channel's write throws a plain {@link IOException} where a socket's throws a subclass. */
    @Override
    protected Class<? extends IOException> writeFailure() {
        return IOException.class;
    }
}
