package io.duplex.transport.bio;

import io.duplex.contract.TransportContract;
import io.duplex.transport.Transport;

/** The whole transport contract, in clear, on blocking sockets. */
class BioContractTest extends TransportContract {
    @Override
    protected Transport transport() {
        return new BioTransport();
    }
}
