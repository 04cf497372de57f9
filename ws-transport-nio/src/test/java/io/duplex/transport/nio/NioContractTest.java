package io.duplex.transport.nio;

import io.duplex.contract.TransportContract;
import io.duplex.transport.Transport;

/** The whole transport contract, in clear, on selectors. */
class NioContractTest extends TransportContract {
    @Override
    protected Transport transport() {
        return new NioTransport(2);
    }
}
