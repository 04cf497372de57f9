package io.duplex.transport.nio;

import io.duplex.client.WebSocketClient;
import io.duplex.contract.TransportContract;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.Transport;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole transport contract, in clear, on selectors, with all handlers on virtual threads. */
class NioExecutorContractTest extends TransportContract {
    private static ExecutorService executor;

    @BeforeAll
    static void makeExecutor() {
        executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("callbacks-", 1).factory());
    }

    @AfterAll
    static void closeExecutor() {
        executor.close();
    }

    @Override
    protected Transport transport() {
        return new NioTransport(2);
    }

    @Override
    protected WebSocketServer.Builder server() {
        return super.server().executor(executor);
    }

    @Override
    protected WebSocketClient.Builder client() {
        return super.client().executor(executor);
    }

    @Override
    protected boolean offloaded() {
        return true;
    }
}
