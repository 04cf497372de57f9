package io.duplex.transport.loom;

import io.duplex.transport.bio.driver.ThreadModel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** A virtual thread for each connection and each piece of short work. */
final class VirtualThreads implements ThreadModel {
    private static volatile boolean prepared;

    /**
     * Most small messages fit in; a connection that receives more borrows a large buffer meanwhile.
     */
    private static final int IDLE_READ_BYTES = 512;

    @Override
    public Thread connectionThread(String name, boolean daemon, Runnable task) {
        return Thread.ofVirtual().name(name).unstarted(task);
    }

    @Override
    public ExecutorService helpers(String namePrefix) {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(namePrefix, 1).factory());
    }

    /**
     * Virtual threads are not preempted, and a carrier runs its own queue before threads from elsewhere:
     * pollers, timers, other carriers. A thread that only yields runs again first. One that parks is unparked
     * by a timer, so it also comes from elsewhere.
     */
    @Override
    public void giveWay() {
        LockSupport.parkNanos(1);
    }

    /**
     * A virtual thread that waits for a pipe starts the JDK's pollers, which need descriptors and threads,
     * and are never started again after a failure.
     */
    @Override
    public void prepare() throws IOException {
        if (prepared) {
            return;
        }
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            FutureTask<Integer> read = new FutureTask<>(() -> source.read(ByteBuffer.allocate(1)));
            Thread reader = Thread.ofVirtual().start(read);
            while (reader.getState() == Thread.State.RUNNABLE || reader.getState() == Thread.State.NEW) {
                Thread.onSpinWait();
            }
            sink.write(ByteBuffer.allocate(1));
            read.get();
            prepared = true;
        } catch (ExecutionException e) {
            throw new IOException("virtual threads cannot wait for input", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while starting");
        }
    }

    @Override
    public int idleReadBytes() {
        return IDLE_READ_BYTES;
    }
}
