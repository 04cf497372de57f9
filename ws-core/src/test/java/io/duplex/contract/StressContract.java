package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.OverflowPolicy;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.extension.ExtensionProvider;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Watchdog;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Design section 3, rules 1 to 3: many threads, callbacks and listeners do everything at once on a few
 * connections. Nothing is interleaved, the order of each sender is kept, each message is delivered or
 * reported, each ping completes, each connection ends once, and nothing waits for ever. A build runs each
 * cell once; {@code -Dduplex.stress.rounds=200} makes it the long run, with new seeds.
 */
@Timeout(value = 120, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class StressContract extends ContractPart {
    /** How a connection of the test ends. */
    private enum Finish {
        /** When its threads are done. */
        CLOSED_LAST,
        /** By a callback of the server, while the threads go on. */
        CLOSED_IN_A_CALLBACK,
        /** By a thread of each end, while the others go on. */
        CLOSED_BY_BOTH,
        /** By a callback of the client, while the threads go on. */
        ABORTED
    }

    private static final int THREADS = 64;
    private static final int THREADS_OF_AN_END = THREADS / Finish.values().length / 2;
    private static final int ROUNDS = Integer.getInteger("duplex.stress.rounds", 1);
    private static final int CALLS = Integer.getInteger("duplex.stress.calls", 12);
    private static final long SEED_OF_A_BUILD = 20_261_121;
    private static final long SEED =
            Long.getLong("duplex.stress.seed", ROUNDS == 1 ? SEED_OF_A_BUILD : System.nanoTime());
    /** Small, so that the policies have work, and with CLOSE large enough to get under way. */
    private static final int LIMIT_BYTES = 32 << 10;
    private static final int LIMIT_BYTES_OF_CLOSE = 512 << 10;
    private static final int HIGH_WATER_BYTES = 8 << 10;

    StressContract(TransportContract on) {
        super(on);
    }

    static Stream<Arguments> cells() {
        return Arrays.stream(OverflowPolicy.values())
                .flatMap(policy -> Stream.of(false, true).map(deflate -> Arguments.of(policy, deflate)));
    }

    @ParameterizedTest(name = "{0}, compressed: {1}")
    @MethodSource("cells")
    @DisplayName("3.1 to 3.3 sixty-four threads, callbacks and listeners at once: whole, in order, reported")
    void allAtOnce(OverflowPolicy policy, boolean deflate) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            Queue<String> breaches = new ConcurrentLinkedQueue<>();
            try (Cell cell = new Cell(policy, deflate, seed, breaches)) {
                cell.run();
            }
            assertEquals(List.of(), breaches.stream().limit(10).toList(),
                    () -> breaches.size() + " breaches, -Dduplex.stress.seed=" + seed);
        }
    }

    private static ConnectionOptions options(ConnectionOptions options, OverflowPolicy policy) {
        return options
                .withTimeouts(Timeouts.DEFAULT.withClose(LONG))
                .withSendQueue(options.sendQueue()
                        .withLimitBytes(policy == OverflowPolicy.CLOSE ? LIMIT_BYTES_OF_CLOSE : LIMIT_BYTES)
                        .withHighWaterBytes(HIGH_WATER_BYTES)
                        .withOverflow(policy));
    }

    /** A connection with one of the endings. */
    private static final class Line {
        private final Finish ending;
        private final StressTally toServer;
        private final StressTally toClient;
        private final StressEnd server;
        private final StressEnd client;

        Line(Finish ending, long seed, Queue<String> breaches) {
            this.ending = ending;
            toServer = new StressTally(ending + " to server", breaches);
            toClient = new StressTally(ending + " to client", breaches);
            Delivery delivery = ending.ordinal() % 2 == 0 ? Delivery.WHOLE : Delivery.PARTS;
            server = new StressEnd(ending + " server", delivery, toClient, toServer, breaches, seed);
            client = new StressEnd(ending + " client", delivery, toServer, toClient, breaches, ~seed);
            switch (ending) {
                case CLOSED_IN_A_CALLBACK -> server.endInCallback(ws -> ws.close(4000, "callback"));
                case ABORTED -> client.endInCallback(WebSocket::abort);
                case CLOSED_LAST, CLOSED_BY_BOTH -> {
                    // Threads do it.
                }
            }
        }

        List<Runnable> threads(Random random) {
            List<Runnable> threads = new ArrayList<>();
            for (StressEnd end : List.of(server, client)) {
                for (int i = 0; i < THREADS_OF_AN_END; i++) {
                    long seed = random.nextLong();
                    boolean closes = ending == Finish.CLOSED_BY_BOTH && i == 0;
                    threads.add(() -> {
                        end.run(closes ? CALLS / 2 : CALLS, seed);
                        if (closes) {
                            end.opened().join().close(4001, "thread");
                        }
                    });
                }
            }
            return threads;
        }

        /** After the threads: what has not ended by itself, ends now. */
        void end() {
            client.opened().join().close();
        }

        boolean isOver() {
            return server.closed().isDone() && client.closed().isDone()
                    && toServer.unreported() + toClient.unreported() == 0
                    && server.pingsAreAnswered() && client.pingsAreAnswered()
                    && server.opened().join().closeFuture().isDone()
                    && client.opened().join().closeFuture().isDone();
        }

        void settle(OverflowPolicy policy, Queue<String> breaches) {
            boolean orderly = ending != Finish.ABORTED;
            // An end whose own send queue overflowed has failed, and reads nothing after that.
            toServer.settle(orderly && server.errors() == 0);
            toClient.settle(orderly && client.errors() == 0);
            if (orderly && policy != OverflowPolicy.CLOSE) {
                CloseInfo atServer = server.closed().join();
                CloseInfo atClient = client.closed().join();
                if (server.errors() + client.errors() != 0 || !atServer.clean() || !atClient.clean()) {
                    breaches.add(ending + " ended with " + atServer + " and " + atClient);
                }
            }
        }

        String state() {
            return server.state() + "\n" + client.state();
        }
    }

    /** A server, a client and their connections, for one round. */
    private final class Cell implements AutoCloseable {
        private final OverflowPolicy policy;
        private final Queue<String> breaches;
        private final Random random;
        private final List<Line> lines = new ArrayList<>();
        private final WebSocketServer server;
        private final WebSocketClient client;
        private final List<ExtensionProvider> extensions;

        Cell(OverflowPolicy policy, boolean deflate, long seed, Queue<String> breaches) throws IOException {
            this.policy = policy;
            this.breaches = breaches;
            this.random = new Random(seed);
            extensions = deflate
                    ? List.of(PerMessageDeflate.builder()
                            .serverNoContextTakeover(false)
                            .clientNoContextTakeover(false)
                            .thresholdBytes(100)
                            .build())
                    : List.of();
            WebSocketServer.Builder builder = on.server().options(options(ConnectionOptions.SERVER, policy));
            for (Finish ending : Finish.values()) {
                Line line = new Line(ending, random.nextLong(), breaches);
                lines.add(line);
                builder.endpoint("/" + ending, Endpoint.builder()
                        .handler(line.server)
                        .extensions(extensions)
                        .build());
            }
            server = builder.start();
            client = on.client()
                    .options(options(ConnectionOptions.CLIENT, policy))
                    .build();
        }

        void run() {
            for (Line line : lines) {
                URI uri = on.uri(server, "/" + line.ending);
                within(client.connect(ClientRequest.builder(uri).extensions(extensions).build(),
                        line.client));
                within(line.server.opened());
            }
            Watchdog watchdog = new Watchdog(this::state);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (Line line : lines) {
                for (Runnable body : line.threads(random)) {
                    Thread.Builder kind =
                            random.nextBoolean() ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
                    threads.add(kind.name("stress-", threads.size()).start(() -> {
                        await("all threads are there", start);
                        body.run();
                    }));
                }
            }
            start.countDown();
            watchdog.join(threads);
            lines.forEach(Line::end);
            watchdog.await("all is over", () -> lines.stream().allMatch(Line::isOver));
            lines.forEach(line -> line.settle(policy, breaches));
        }

        private String state() {
            StringBuilder state = new StringBuilder("seed " + SEED);
            lines.forEach(line -> state.append('\n').append(line.state()));
            return state.toString();
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }
    }
}
