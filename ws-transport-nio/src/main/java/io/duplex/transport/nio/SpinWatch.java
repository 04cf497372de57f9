package io.duplex.transport.nio;

import io.duplex.transport.TransportClock;
import java.nio.channels.SelectionKey;
import java.util.function.Consumer;

/**
 * Detects a loop that repeatedly wakes up without work, and reports the key that caused it: such a loop takes
 * a whole processor without any other symptom. It only reports. Used by the loop's thread only.
 */
final class SpinWatch {
    /** Idle turns in a row before a spin is reported. */
    static final int LIMIT = 512;

    private final String loop;
    private final Consumer<String> report;
    private int idleTurns;
    private boolean worked;
    private SelectionKey lastReady;

    /** A watch over the loop of that name, which passes its findings to the report. */
    SpinWatch(String loop, Consumer<String> report) {
        this.loop = loop;
        this.report = report;
    }

    /** A key was ready. */
    void ready(SelectionKey key) {
        lastReady = key;
    }

    /** The turn did some work: bytes moved, a task ran, a deadline expired. */
    void worked() {
        worked = true;
    }

    /**
     * The selector has returned and its keys were handled; all work since the last call counts.
     *
     * @param dueNanos until when the loop could have slept
     */
    void turn(long dueNanos) {
        if (worked) {
            idleTurns = 0;
            worked = false;
        } else if (++idleTurns == LIMIT) {
            if (TransportClock.nanoTime() < dueNanos) {
                warn();
            } else {
                idleTurns = 0;
            }
        }
        if (idleTurns == 0) {
            lastReady = null;
        }
    }

    private void warn() {
        report.accept(
                loop + " woke up " + LIMIT + " times in a row with nothing to do; last ready: " + describe());
    }

    private String describe() {
        if (lastReady == null) {
            return "no key";
        }
        String ops = lastReady.isValid()
                ? "ready " + lastReady.readyOps() + ", interest " + lastReady.interestOps()
                : "cancelled";
        return lastReady.channel() + ", " + ops;
    }
}
