package io.duplex.samples.servers;

import io.duplex.server.WebSocketServer;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Runs a server until the process is asked to end. */
final class Foreground {
    /** Shorter than the ten seconds after which service managers kill a process. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger("io.duplex.samples");

    private Foreground() {}

    /**
     * Prints that the server is ready, and serves until a signal arrives or this thread is interrupted. Then
     * all connections are closed with 1001, within a few seconds.
     *
     * @param server  the server, which is stopped at the end
     * @param out     the output for the ready line and the address of the page
     * @param path    the path of the endpoint in the ready line
     * @param options the settings of the server
     * @return the exit code
     */
    static int serve(WebSocketServer server, PrintWriter out, String path, ServerSettings options) {
        ShutdownHook hook = ShutdownHook.install(() -> stop(server));
        try {
            URI address = server.uri(path);
            LOG.log(Level.DEBUG, () -> "= listening socket: " + server.socketOptions().describe());
            options.tls().ifPresent(tls -> {
                tls.logAdvice(address);
                CertificateWatch.start(tls);
            });
            out.println("Listening on " + address + " (" + options.transport().name() + ")");
            out.println("Page: " + page(address));
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (InterruptedException e) {
            return stop(server);
        } finally {
            hook.remove();
        }
    }

    private static URI page(URI address) {
        String scheme = address.getScheme().equals("wss") ? "https" : "http";
        return URI.create(scheme + "://" + address.getRawAuthority() + "/");
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
