package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.fail;

import io.duplex.ConnectionOptions;
import io.duplex.SendQueueOptions;
import io.duplex.extension.ExtensionProvider;
import io.duplex.internal.pool.PoolControl;
import io.duplex.noninterference.Compression;
import io.duplex.noninterference.Exchange;
import io.duplex.noninterference.Exchange.Style;
import io.duplex.noninterference.Rolls;
import io.duplex.noninterference.SteadyApplication;
import io.duplex.noninterference.Transcript;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Design section 3, rule 10: no connection sees another. Many raw peers play generated conversations with
 * one server at once; what each application and each peer sees is what they see when the same conversation
 * is the server's only one. A few dozen in a build, {@code -Dduplex.nonInterference.seconds=600} for ten
 * minutes of new ones.
 */
@Timeout(value = 120, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class NonInterferenceContract extends ContractPart {
    private static final int PEER_THREADS = 3;
    /** Connections that one thread holds at once. */
    private static final int WIDTH = 6;
    private static final int GROUPS = 6;
    /** Reading pauses soon, so that bytes wait in the transport. */
    private static final ConnectionOptions OPTIONS = ConnectionOptions.SERVER
            .withSendQueue(SendQueueOptions.SERVER.withHighWaterBytes(4 << 10));
    private static final long SEED_OF_A_BUILD = 20_261_121;
    private static final long SECONDS = Long.getLong("duplex.nonInterference.seconds", 0);
    private static final long SEED = Long.getLong("duplex.nonInterference.seed",
            SECONDS == 0 ? SEED_OF_A_BUILD : System.nanoTime());

    private final Map<String, SteadyApplication> applications = new ConcurrentHashMap<>();
    private final AtomicLong names = new AtomicLong();
    private WebSocketServer server;

    NonInterferenceContract(TransportContract on) {
        super(on);
    }

    /** The observations of both endpoints of a conversation. */
    private record Outcome(byte[] application, byte[] peer) {}

    @Test
    @DisplayName("3.10 what many connections of one server see and send is what each sees and sends alone")
    void manyConnectionsAreEachAsAlone() throws Exception {
        server = startServer();
        ExecutorService peers = closeLater(Executors.newFixedThreadPool(PEER_THREADS));
        Rolls rolls = new Rolls(SEED);
        long start = System.nanoTime();
        long played = 0;
        do {
            List<Exchange> exchanges = new ArrayList<>();
            for (int i = 0; i < GROUPS * WIDTH; i++) {
                exchanges.add(new Exchange(rolls.next(), !on.offloaded()));
            }
            List<Outcome> together = new ArrayList<>();
            int half = exchanges.size() / 2;
            together.addAll(playTogether(exchanges.subList(0, half), peers));
            PoolControl.capacity(1);
            together.addAll(playTogether(exchanges.subList(half, exchanges.size()), peers));
            PoolControl.restore();
            for (int i = 0; i < exchanges.size(); i++) {
                compare(exchanges.get(i), together.get(i));
            }
            applications.clear();
            played += exchanges.size();
        } while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS));
        if (SECONDS > 0) {
            System.out.println("Non-interference on " + on.transport().name() + (on.secure() ? ", TLS" : "")
                    + ", seed " + SEED + ": " + played + " conversations together in "
                    + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s");
        }
    }

    @AfterEach
    void restorePools() {
        PoolControl.restore();
    }

    private WebSocketServer startServer() throws IOException {
        ExecutorService executor = closeLater(Executors.newVirtualThreadPerTaskExecutor());
        WebSocketServer.Builder builder = on.server();
        for (Style style : Style.values()) {
            for (int provider = -1; provider < Compression.providers(); provider++) {
                Endpoint.Builder endpoint = Endpoint.builder();
                if (style == Style.BLOCKING) {
                    endpoint.blocking(ws -> application(ws.pathParameters().get("name")).handle(ws));
                } else {
                    endpoint.handlers(request -> application(request.pathParameter("name").orElseThrow()));
                }
                if (style == Style.EXECUTOR) {
                    endpoint.executor(executor);
                }
                List<ExtensionProvider> extensions = provider < 0
                        ? List.of()
                        : List.of(Compression.provider(provider));
                builder.endpoint(style.path(provider) + "{name}",
                        endpoint.extensions(extensions).options(OPTIONS).build());
            }
        }
        return start(builder);
    }

    private SteadyApplication application(String name) {
        return applications.get(name);
    }

    private List<Outcome> playTogether(List<Exchange> exchanges, ExecutorService peers) throws Exception {
        List<Future<List<Outcome>>> groups = new ArrayList<>();
        for (int from = 0; from < exchanges.size(); from += WIDTH) {
            List<Exchange> group = exchanges.subList(from, from + WIDTH);
            groups.add(peers.submit(() -> play(group)));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<List<Outcome>> group : groups) {
            try {
                outcomes.addAll(group.get());
            } catch (ExecutionException e) {
                throw new AssertionError("seed " + SEED + ": a peer failed", e.getCause());
            }
        }
        return outcomes;
    }

    /**
     * Some conversations at once, on this thread: each writes its pieces in turn, and only then their
     * answers are read.
     */
    private List<Outcome> play(List<Exchange> exchanges) throws Exception {
        List<Exchange.Play> plays = new ArrayList<>();
        List<SteadyApplication> behind = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            Exchange.Play play = exchange.new Play(on.rawClient(server, exchange.receiveBufferBytes()));
            plays.add(play);
            behind.add(open(exchange, play));
        }
        int rounds = plays.stream().mapToInt(Exchange.Play::rounds).max().orElseThrow();
        for (int round = 0; round < rounds; round++) {
            writeInTurn(plays, round);
            for (Exchange.Play play : plays) {
                play.read(round);
            }
        }
        return outcomes(exchanges, plays, behind);
    }

    private SteadyApplication open(Exchange exchange, Exchange.Play play) throws IOException {
        String name = Long.toString(names.incrementAndGet());
        SteadyApplication application = new SteadyApplication(exchange, !on.offloaded());
        applications.put(name, application);
        if (!play.open(name)) {
            application.done().countDown();
        }
        return application;
    }

    private static void writeInTurn(List<Exchange.Play> plays, int round) throws IOException {
        boolean more = true;
        for (int piece = 0; more; piece++) {
            more = false;
            for (Exchange.Play play : plays) {
                more |= play.write(round, piece);
            }
            SteadyApplication.tamper();
        }
    }

    private static List<Outcome> outcomes(List<Exchange> exchanges, List<Exchange.Play> plays,
            List<SteadyApplication> behind) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < plays.size(); i++) {
            if (!behind.get(i).done().await(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS)) {
                throw new AssertionError("the connection did not end: " + exchanges.get(i));
            }
            outcomes.add(new Outcome(behind.get(i).transcript(), plays.get(i).transcript()));
        }
        return outcomes;
    }

    private void compare(Exchange exchange, Outcome together) throws Exception {
        PoolControl.clear();
        Outcome alone = play(List.of(exchange)).get(0);
        if (!Arrays.equals(alone.application(), together.application())) {
            fail("seed " + SEED + ": the application of a connection saw something else than alone, "
                    + Transcript.firstDifference(alone.application(), together.application()) + "\n"
                    + exchange);
        }
        if (!Arrays.equals(alone.peer(), together.peer())) {
            fail("seed " + SEED + ": a peer got something else than alone, "
                    + Transcript.firstDifference(alone.peer(), together.peer()) + "\n" + exchange);
        }
    }
}
