package io.duplex.transport.loom;

import io.duplex.contract.TransportContract;
import io.duplex.transport.Transport;

/** The whole transport contract, in clear, on virtual threads. */
class LoomContractTest extends TransportContract {
    @Override
    protected Transport transport() {
        return new LoomTransport();
    }
}
