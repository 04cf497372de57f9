package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.ByteLayer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpinWatchTest {
    private final List<String> logged = new ArrayList<>();
    private final SpinWatch watch = new SpinWatch("a-loop", logged::add);

    private void idle(int turns) {
        for (int i = 0; i < turns; i++) {
            watch.turn(ByteLayer.NEVER);
        }
    }

    @Test
    void manyIdleTurnsAreReportedOnceWithTheKey() throws Exception {
        try (Selector selector = Selector.open()) {
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            SelectionKey key = pipe.source().register(selector, SelectionKey.OP_READ);
            watch.ready(key);
            idle(SpinWatch.LIMIT - 1);
            assertEquals(List.of(), logged);
            idle(2 * SpinWatch.LIMIT);
            assertEquals(1, logged.size());
            String warning = logged.getFirst();
            assertTrue(warning.contains("a-loop") && warning.contains(pipe.source().toString())
                    && warning.contains("interest 1"), warning);
            pipe.sink().close();
            pipe.source().close();
        }
    }

    @Test
    void idleTurnsWithoutAKeyAreReportedToo() {
        idle(SpinWatch.LIMIT);
        assertTrue(logged.getFirst().endsWith("no key"), logged::toString);
    }

    @Test
    void workInBetweenBeginsTheCountAnew() {
        idle(SpinWatch.LIMIT - 1);
        watch.worked();
        idle(SpinWatch.LIMIT);
        assertEquals(List.of(), logged);
        idle(1);
        assertEquals(1, logged.size());
    }

    @Test
    void timeThatHasPassedIsNoSpin() {
        for (int i = 0; i < 4 * SpinWatch.LIMIT; i++) {
            watch.turn(0);
        }
        assertEquals(List.of(), logged);
    }
}
