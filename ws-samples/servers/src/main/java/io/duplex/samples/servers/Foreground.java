package io.duplex.samples.servers;

import io.duplex.WebSocketServer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Runs a server as what the process is there for. */
final class Foreground {
    /** Shorter than the ten seconds after which service managers lose their patience. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);

    private Foreground() {}

    /**
     * Says that the server is ready, and serves until a signal comes or this thread is interrupted. Then every peer is told 1001
     * and has a few seconds to answer.
     *
     * @param server  is stopped at the end
     * @param out     gets one line
     * @param path    of the endpoint that the line names
     * @param options names the transport
     * @return the exit code
     */
    static int serve(WebSocketServer server, PrintWriter out, String path, ServerSettings options) {
        ShutdownHook hook = ShutdownHook.install(() -> stop(server));
        try {
            out.println("Listening on " + server.uri(path) + " (" + options.transport().name() + ")");
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (InterruptedException e) {
            return stop(server);
        } finally {
            hook.remove();
        }
    }

    private static int stop(WebSocketServer server) {
        try {
            server.stop(STOP_DEADLINE);
            return 0;
        } catch (InterruptedException e) {
            return 1;
        }
    }
}
