package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.VirtualClock;
import io.duplex.tls.TlsException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of a handshake that takes long: what is a task, and what becomes of it. */
class HandshakeTasksTest {
    private final List<Optional<SSLException>> stepped = new ArrayList<>();
    private final InboundRecords records = new InboundRecords(RecordBuffers.POOL);
    private final HandshakeBudget budget = new HandshakeBudget(1);

    /** Notes on which thread it computes. */
    private static final class Watched extends ForwardingEngine {
        private final List<Thread> computing = new ArrayList<>();

        Watched(SSLEngine engine) {
            super(engine);
        }

        @Override
        public void beginHandshake() throws SSLException {
            computing.add(Thread.currentThread());
            super.beginHandshake();
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length)
                throws SSLException {
            computing.add(Thread.currentThread());
            return super.unwrap(src, dsts, offset, length);
        }

        @Override
        public Runnable getDelegatedTask() {
            Runnable task = super.getDelegatedTask();
            return task == null ? null : () -> {
                computing.add(Thread.currentThread());
                task.run();
            };
        }
    }

    private HandshakeTasks tasks(SSLEngine engine) {
        HandshakeTasks tasks =
                new HandshakeTasks(new TlsEngine(engine), records, RecordBuffers.POOL, budget, stepped::add);
        tasks.attach(host);
        return tasks;
    }

    private final MemoryHost host =
            new MemoryHost(new PlainLayer(), new VirtualClock(), new Pipe(), new Pipe());

    private static ByteBuffer clientHello() throws Exception {
        SSLEngine client = new Engines(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3").build())
                .client(Peers.HOST, 443);
        client.beginHandshake();
        ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), hello);
        return hello.flip();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsComputedBeforeTheTaskRuns(TlsProvider provider) throws Exception {
        Watched engine =
                new Watched(new Engines(Peers.serverConfig(provider, "TLSv1.3").build()).server());
        HandshakeTasks tasks = tasks(engine);
        records.gather(clientHello());
        tasks.request();
        assertTrue(tasks.isRunning());
        assertEquals(List.of(), engine.computing);
        Thread elsewhere = Thread.ofPlatform().start(tasks.poll().orElseThrow());
        elsewhere.join();
        assertFalse(engine.computing.isEmpty());
        engine.computing.forEach(thread -> assertSame(elsewhere, thread));
        // All of the key agreement and the signature is done: what is left is to write it.
        assertSame(HandshakeStatus.NEED_WRAP, engine.getHandshakeStatus());
        assertTrue(tasks.isRunning(), "until a receiving call has heard of it");
        host.attach();
        host.run();
        assertFalse(tasks.isRunning());
        assertEquals(List.of(Optional.empty()), stepped);
    }

    @Test
    void aStepThatIsUnderWayIsNotRequestedAgain() {
        HandshakeTasks tasks = tasks(new ClearEngine());
        tasks.request();
        tasks.request();
        assertTrue(tasks.poll().isPresent());
        assertTrue(tasks.poll().isEmpty());
        assertEquals(0, budget.waiting());
    }

    @Test
    void whatAProviderThrowsAtMalformedInputIsThePeersDoing() {
        HandshakeTasks tasks = tasks(new ClearEngine() {
            @Override
            public void beginHandshake() {
                throw new IllegalStateException("oops");
            }
        });
        tasks.request();
        tasks.poll().orElseThrow().run();
        host.attach();
        host.run();
        TlsException told = (TlsException) stepped.getFirst().orElseThrow();
        assertSame(Reason.PROTOCOL, told.reason());
        assertTrue(budget.enter(() -> {}).atOnce(), "its turn is free again");
    }

    @ParameterizedTest
    @ValueSource(classes = { StackOverflowError.class, ExceptionInInitializerError.class,
        OutOfMemoryError.class, AssertionError.class })
    void anErrorEndsTheStepAndTheConnection(Class<? extends Error> type) throws Exception {
        Error error = type.getDeclaredConstructor().newInstance();
        HandshakeTasks tasks = tasks(new ClearEngine() {
            @Override
            public void beginHandshake() {
                throw error;
            }
        });
        tasks.request();
        tasks.poll().orElseThrow().run();
        host.attach();
        host.run();
        assertFalse(tasks.isRunning());
        assertSame(error, stepped.getFirst().orElseThrow().getCause());
        assertTrue(budget.enter(() -> {}).atOnce(), "its turn is free again");
    }

    @Test
    void aStepThatRunsKeepsItsTurnWhenTheConnectionGoes() {
        List<Boolean> freeWhileItRuns = new ArrayList<>();
        HandshakeTasks[] tasks = new HandshakeTasks[1];
        tasks[0] = tasks(new ClearEngine() {
            @Override
            public void beginHandshake() {
                tasks[0].release();
                HandshakeBudget.Place other = budget.enter(() -> {});
                freeWhileItRuns.add(other.atOnce());
                other.leave();
            }
        });
        tasks[0].request();
        tasks[0].poll().orElseThrow().run();
        assertEquals(List.of(false), freeWhileItRuns);
        assertTrue(budget.enter(() -> {}).atOnce(), "its turn is free after it");
    }

    @Test
    void aStepThatWasPolledDoesNotBeginOnceTheConnectionIsGone() {
        HandshakeTasks tasks = tasks(new ClearEngine() {
            @Override
            public void beginHandshake() {
                throw new AssertionError("begun");
            }
        });
        tasks.request();
        Runnable polled = tasks.poll().orElseThrow();
        tasks.release();
        assertFalse(tasks.isRunning());
        polled.run();
        tasks.request();
        assertTrue(tasks.poll().isEmpty());
        assertTrue(budget.enter(() -> {}).atOnce());
        assertEquals(List.of(), stepped);
    }

    @Test
    void aConnectionThatIsGoneGivesItsTurnBack() {
        HandshakeTasks tasks = tasks(new ClearEngine());
        tasks.request();
        tasks.release();
        assertTrue(budget.enter(() -> {}).atOnce());
    }
}
