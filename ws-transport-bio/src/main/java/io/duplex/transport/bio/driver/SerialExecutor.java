package io.duplex.transport.bio.driver;

/**
 * Makes a layer's receiving calls, one at a time, and looks at the layer after each. The connection thread
 * makes its own calls with {@link #make}; tasks from elsewhere ({@link #submit}) are run by the thread that has
 * the turn, or by a helper if no thread has it. The turn is not held while output is written.
 */
final class SerialExecutor {
    /** Tasks in a row after which the connection thread returns to reading, and a helper goes on. */
    private static final int TASKS_BEFORE_READING = 64;

    private final Turn turn = new Turn();
    private final BlockingConnection connection;
    private final ConnectionGroup group;
    /** Racy read; only compared with the current thread, so a stale value is harmless. */
    private Thread caller;
    /** The call under way has announced output. Guarded by the turn. */
    private boolean outputAsked;

    SerialExecutor(BlockingConnection connection, ConnectionGroup group) {
        this.connection = connection;
        this.group = group;
    }

    /**
     * Connection thread: makes a call, then runs the tasks that came meanwhile, then sees to the output of
     * all of them.
     */
    void make(Runnable call) {
        turn.take();
        int tasks = 0;
        Runnable next = call;
        while (next != null) {
            boolean output = perform(next);
            next = tasks++ < TASKS_BEFORE_READING ? turn.nextOrRelease() : handOver();
            if (output && next == null) {
                connection.writeFromConnectionThread();
            } else if (output) {
                connection.startWriter();
            }
        }
    }

    /** Connection thread: the last call of all. What waits is run before it, what comes later is dropped. */
    void makeLast(Runnable call) {
        turn.take();
        turn.end().forEach(this::perform);
        try {
            call.run();
        } catch (Throwable e) {
            connection.crashed(e);
        }
    }

    /** Any thread: a call to be made in its turn. */
    void submit(Runnable task) {
        if (turn.add(task)) {
            handOver();
        }
    }

    /** Whether the current thread is inside a call of this connection. */
    boolean inCall() {
        return caller == Thread.currentThread();
    }

    /** Inside a call: output is to be seen to when it returns. */
    void askForOutput() {
        outputAsked = true;
    }

    /** The owner of the turn gives it to a helper; null, as it then has nothing more to run. */
    private Runnable handOver() {
        if (!group.help(this::runTasks)) {
            turn.forfeit();
            connection.abort();
        }
        return null;
    }

    private void runTasks() {
        Runnable next = turn.nextOrRelease();
        while (next != null) {
            boolean output = perform(next);
            connection.wake();
            next = turn.nextOrRelease();
            if (output && next == null) {
                connection.writeFromHelper();
            } else if (output) {
                connection.startWriter();
            }
        }
    }

    /** Makes one call; true if there is output to be seen to. */
    private boolean perform(Runnable call) {
        caller = Thread.currentThread();
        try {
            call.run();
            connection.lookAfterCall();
            startDelegatedTasks();
        } catch (Throwable e) {
            connection.crashed(e);
        } finally {
            caller = null;
            // An interrupt left behind by user code would close the socket under a virtual thread's next
            // read.
            Thread.interrupted();
        }
        boolean output = outputAsked;
        outputAsked = false;
        return output;
    }

    private void startDelegatedTasks() {
        for (Runnable task = connection.pollTask(); task != null; task = connection.pollTask()) {
            Runnable delegated = task;
            if (!group.help(() -> runDelegated(delegated))) {
                connection.abort();
            }
        }
    }

    /** The empty call behind it is there for the looks, and for the poll, that follow each call. */
    private void runDelegated(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            connection.crashed(e);
        }
        try {
            if (turn.add(() -> {})) {
                runTasks();
            }
        } catch (Throwable e) {
            connection.crashed(e);
        }
    }
}
