package io.duplex.testkit;

import io.duplex.transport.ByteLayer;
import java.time.Duration;

/**
 * Two layers joined by two pipes: a whole connection in memory, on one thread and one clock, always in the
 * same order.
 */
public final class MemoryLink {
    /** More steps than any test needs; beyond it two layers keep each other busy for ever. */
    private static final int MAX_STEPS = 50_000_000;

    private final VirtualClock clock;
    private final Pipe toServer;
    private final Pipe toClient;
    private final MemoryHost client;
    private final MemoryHost server;

    /**
     * A link with pipes of the default capacity.
     *
     * @param client the client's layer, new
     * @param server the server's layer, new
     */
    public MemoryLink(ByteLayer client, ByteLayer server) {
        this(client, server, new VirtualClock(), Pipe.DEFAULT_CAPACITY_BYTES);
    }

    /**
     * A link with pipes of any capacity.
     *
     * @param client        the client's layer, new
     * @param server        the server's layer, new
     * @param clock         the clock of both ends
     * @param capacityBytes how much each direction holds; positive
     */
    public MemoryLink(ByteLayer client, ByteLayer server, VirtualClock clock, int capacityBytes) {
        this.clock = clock;
        toServer = new Pipe(capacityBytes);
        toClient = new Pipe(capacityBytes);
        this.client = new MemoryHost(client, clock, toClient, toServer);
        this.server = new MemoryHost(server, clock, toServer, toClient);
    }

    /**
     * Sets how both directions are cut into reads.
     *
     * @param cuts the cuts
     * @return this
     */
    public MemoryLink cut(Cuts cuts) {
        toServer.cut(cuts);
        toClient.cut(cuts);
        return this;
    }

    /**
     * Connects both ends and runs until nothing moves.
     *
     * @return this
     */
    public MemoryLink connect() {
        server.connect();
        client.connect();
        run();
        return this;
    }

    /** Runs both ends until nothing moves. */
    public void run() {
        for (int i = 0; i < MAX_STEPS; i++) {
            if (!(client.step() | server.step())) {
                return;
            }
        }
        throw new AssertionError("still moving after " + MAX_STEPS + " steps");
    }

    /**
     * Lets time pass, deadline by deadline, as it would on a real clock.
     *
     * @param duration how long
     */
    public void advance(Duration duration) {
        long end = clock.nanoTime() + duration.toNanos();
        for (long next = nextDeadline(); next <= end; next = nextDeadline()) {
            clock.advanceNanos(Math.max(0, next - clock.nanoTime()));
            run();
        }
        clock.advanceNanos(end - clock.nanoTime());
        run();
    }

    private long nextDeadline() {
        long ofClient = client.isReleased() ? ByteLayer.NEVER : client.deadlineNanos();
        long ofServer = server.isReleased() ? ByteLayer.NEVER : server.deadlineNanos();
        return Math.min(ofClient, ofServer);
    }

    /**
     * The clock of both ends.
     *
     * @return the clock
     */
    public VirtualClock clock() {
        return clock;
    }

    /**
     * The client's end.
     *
     * @return its host
     */
    public MemoryHost client() {
        return client;
    }

    /**
     * The server's end.
     *
     * @return its host
     */
    public MemoryHost server() {
        return server;
    }

    /**
     * The direction from client to server.
     *
     * @return the pipe
     */
    public Pipe toServer() {
        return toServer;
    }

    /**
     * The direction from server to client.
     *
     * @return the pipe
     */
    public Pipe toClient() {
        return toClient;
    }
}
