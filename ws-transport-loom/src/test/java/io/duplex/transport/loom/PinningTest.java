package io.duplex.transport.loom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.duplex.BlockingHandler;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.OverflowPolicy;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/**
 * Nothing of ours keeps a virtual thread on its carrier while it waits, watched by the JVM's own event under
 * load. Before JDK 24 every monitor does, those of the JDK's sockets and streams among them (JEP 491), so
 * there is nothing to learn there.
 */
@EnabledForJreRange(minVersion = 24, disabledReason = "monitors pin before JDK 24 (JEP 491)")
@Timeout(120)
class PinningTest {
    private static final String EVENT = "jdk.VirtualThreadPinned";
    private static final int CONNECTIONS = 200;
    private static final int MESSAGES = 50;

    private final Recordings recordings = new Recordings();

    /** Runs something under a recording, and answers the stacks of all pinnings that have a frame of ours. */
    private static final class Recordings {
        List<String> during(Runnable load) throws InterruptedException {
            List<String> stacks = new ArrayList<>();
            try (RecordingStream stream = new RecordingStream()) {
                stream.enable(EVENT).withoutThreshold().withStackTrace();
                stream.onEvent(EVENT, event -> add(stacks, event));
                stream.startAsync();
                load.run();
                // Hands over what has been recorded before it returns.
                stream.stop();
            }
            return stacks;
        }

        private static void add(List<String> stacks, RecordedEvent event) {
            boolean ours = event.getStackTrace() != null && event.getStackTrace()
                    .getFrames()
                    .stream()
                    .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("io.duplex."));
            if (ours) {
                stacks.add(event.getStackTrace()
                        .getFrames()
                        .stream()
                        .map(Recordings::line)
                        .collect(Collectors.joining("\n  ", event.getString("pinnedReason") + "\n  ", "\n")));
            }
        }

        private static String line(RecordedFrame frame) {
            return frame.getMethod().getType().getName() + "." + frame.getMethod().getName() + ":"
                    + frame.getLineNumber();
        }
    }

    @BeforeEach
    void loadClasses() throws IOException {
        // A class initializer is a native frame on the stack of whoever is first; once, and no fault of a
        // transport.
        load(4, 4);
    }

    @Test
    void aLoadWithBlockingHandlersSlowPeersAndClosesPinsNothing() throws Exception {
        List<String> stacks = recordings.during(() -> {
            try {
                load(CONNECTIONS, MESSAGES);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(List.of(), stacks);
    }

    /**
     * What this test watches for can be seen by it: a class initializer that waits keeps its thread on the
     * carrier.
     */
    @Test
    void aPinningOnPurposeIsNoticed() throws Exception {
        List<String> stacks = recordings.during(() -> {
            Thread thread = Thread.ofVirtual().start(Pinning::touch);
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertNotEquals(List.of(), stacks);
    }

    /** Waits in its initializer, which runs below a native frame. */
    private static final class Pinning {
        static {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }

        static void touch() {
            // The initializer has run.
        }
    }

    private static void load(int connections, int messages) throws IOException {
        ConnectionOptions options =
                ConnectionOptions.SERVER.withSendQueue(ConnectionOptions.SERVER.sendQueue()
                        .withLimitBytes(64 << 10)
                        .withHighWaterBytes(16 << 10)
                        .withOverflow(OverflowPolicy.BLOCK));
        BlockingHandler loop = ws -> {
            for (Message message; (message = ws.receive()) != null;) {
                ws.sendAsync(message);
            }
        };
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(new LoomTransport())
                .threadName("pinning-server")
                .bind("127.0.0.1", 0)
                .options(options)
                .endpoint("/callbacks", new Blocking())
                .endpoint("/deflate", Endpoint.builder()
                        .handler(new Blocking())
                        .extensions(List.of(PerMessageDeflate.create()))
                        .build())
                .blocking("/loop", loop)
                .start();
                WebSocketClient client = WebSocketClient.builder()
                        .transport(new LoomTransport())
                        .threadName("pinning-client")
                        .build()) {
            List<FutureTask<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int number = i;
                tasks.add(new FutureTask<>(() -> {
                    talk(server, client, number, messages);
                    return null;
                }));
                Thread.ofVirtual().start(tasks.get(i));
            }
            for (FutureTask<Void> task : tasks) {
                task.get(Recorder.WAIT_NANOS * 4, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Echoes after a wait, and with more than its peer asked for. */
    private static final class Blocking implements WebSocketHandler {
        @Override
        public void onText(WebSocket ws, String text) throws Exception {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
            ws.send(text);
        }
    }

    private static void talk(WebSocketServer server, WebSocketClient client, int number, int messages)
            throws Exception {
        if (number % 10 == 0) {
            slowPeer(server, messages);
            return;
        }
        String path = switch (number % 3) {
            case 0 -> "/loop";
            case 1 -> "/callbacks";
            default -> "/deflate";
        };
        WebSocket ws = client.connect(ClientRequest.builder(server.uri(path))
                .extensions(List.of(PerMessageDeflate.create()))
                .build());
        for (int i = 0; i < messages; i++) {
            ws.send("m" + i);
            assertEquals(new Message.Text("m" + i), ws.receive());
        }
        if (number % 7 == 0) {
            ws.abort();
        } else {
            ws.closeAndWait(Duration.ofSeconds(20));
        }
    }

    /** Asks for much, reads it late, and goes without a word. */
    private static void slowPeer(WebSocketServer server, int messages) throws IOException {
        try (RawSocket peer = RawSocket.connect(server.address()).handshake("/callbacks")) {
            byte[] frame = Frames.text("x".repeat(8000)).mask().bytes();
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        peer.write(frame);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            for (int i = 0; i < messages; i++) {
                assertEquals(8000, peer.readFrame().payload().bytes().length);
            }
            assertEquals(false, writer.isInterrupted());
        }
    }
}
