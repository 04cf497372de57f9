package io.duplex.internal.session;

import io.duplex.races.Exploration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The application asks for messages and pauses while the receive thread delivers. */
public final class DemandInterleavingTest {
    private final Demand demand = new Demand();

    /** Starts from a limit: an unlimited demand hides each lost update. */
    public DemandInterleavingTest() {
        demand.pause();
        demand.add(1);
    }

    @Operation
    public boolean isOpen() {
        return demand.isOpen();
    }

    /** Delivers if it may; the callbacks of a connection run one after the other. */
    @Operation(nonParallelGroup = "receive")
    public boolean deliver() {
        boolean open = demand.isOpen();
        if (open) {
            demand.take();
        }
        return open;
    }

    @Operation
    public void add(@Param(gen = IntGen.class, conf = "1:2") int count) {
        demand.add(count);
    }

    @Operation
    public void pause() {
        demand.pause();
    }

    @Operation
    public void resume() {
        demand.resume();
    }

    @Test
    void everyResultIsThatOfSomeOrderOfTheCalls() {
        Exploration.explore(DemandInterleavingTest.class, 2, 30, 100);
    }
}
