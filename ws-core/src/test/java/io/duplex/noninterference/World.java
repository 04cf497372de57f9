package io.duplex.noninterference;

import io.duplex.transport.OutputBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some conversations in one process, on one thread. Each entry of the schedule lets one of them do its next
 * step. While one is inside a callback, others go on, as they do on other threads. For one use at a time.
 */
final class World {
    /** What the connections of one event loop share. */
    static final class Loop {
        private static final int BUFFER_BYTES = 64 << 10;
        private static final byte[] ZEROS = new byte[BUFFER_BYTES];

        private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final OutputBatch batch = new OutputBatch(output);
        private boolean busy;

        ByteBuffer input() {
            return input;
        }

        OutputBatch output() {
            return batch;
        }

        private void renew() {
            input.clear().put(ZEROS).clear();
            output.clear().put(ZEROS).clear();
        }
    }

    /** So deep may the callbacks of different loops lie in each other. */
    static final int LOOPS = 4;
    private static final int MAX_INTERLUDE_STEPS = 6;

    private final List<Loop> loops = new ArrayList<>();
    private final List<Transcript> transcripts = new ArrayList<>();
    private final Rolls rolls = new Rolls(0);
    private Line[] lines;
    private int[] schedule;
    private int at;

    World() {
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new Loop());
        }
    }

    /** Plays one conversation, in a world where everything is new. */
    byte[] alone(Conversation conversation) {
        loops.forEach(Loop::renew);
        Transcript log = transcript(0);
        Line line = new Line(this, loops.get(0), conversation, log);
        lines = new Line[] { line };
        schedule = new int[0];
        at = 0;
        for (int i = line.turns(); i > 0; i--) {
            line.next();
        }
        line.end();
        if (line.isStuck()) {
            throw new AssertionError("goes on for ever: " + conversation);
        }
        return log.toBytes();
    }

    /**
     * Plays conversations together.
     *
     * @param loops over how many event loops they are spread, at most {@link #LOOPS}
     * @return the transcripts, which the next play overwrites
     */
    List<Transcript> together(List<Conversation> conversations, int[] order, int loops) {
        this.loops.forEach(Loop::renew);
        lines = new Line[conversations.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = new Line(this, this.loops.get(i % loops), conversations.get(i), transcript(i));
        }
        schedule = order;
        at = 0;
        rolls.restart(Arrays.hashCode(order));
        while (at < schedule.length) {
            lines[schedule[at++]].next();
        }
        for (Line line : lines) {
            line.end();
        }
        return transcripts.subList(0, lines.length);
    }

    private Transcript transcript(int index) {
        while (transcripts.size() <= index) {
            transcripts.add(new Transcript());
        }
        transcripts.get(index).clear();
        return transcripts.get(index);
    }

    /** Goes on with the schedule up to a step of a loop that is inside a callback. */
    void interlude(Line inside) {
        if (inside.loop().busy) {
            return;
        }
        inside.loop().busy = true;
        tamper(inside.loop());
        for (int i = rolls.below(MAX_INTERLUDE_STEPS); i > 0 && at < schedule.length; i--) {
            Line other = lines[schedule[at]];
            if (other.loop().busy) {
                break;
            }
            at++;
            other.next();
        }
        inside.loop().busy = false;
    }

    /**
     * Applications change what they have kept, on threads of their own: those whose buffers lay where this
     * one's lies, and some others; not those that are inside a callback.
     */
    private void tamper(Loop loop) {
        if (rolls.oneIn(2)) {
            return;
        }
        for (Line line : lines) {
            if (line.loop() == loop || rolls.oneIn(8)) {
                line.tamper(rolls.next());
            }
        }
    }

    /** A random order in which conversations do their steps, one by one or in bursts. */
    static int[] order(List<Conversation> conversations, Rolls rolls) {
        int[] left = new int[conversations.size()];
        int total = 0;
        for (int i = 0; i < left.length; i++) {
            left[i] = conversations.get(i).steps().size() + 1;
            total += left[i];
        }
        int[] order = new int[total];
        int burst = rolls.of(1, 1, 3, 8);
        int[] active = new int[left.length];
        for (int i = 0; i < active.length; i++) {
            active[i] = i;
        }
        int count = active.length;
        for (int filled = 0; filled < total;) {
            int pick = rolls.below(count);
            int chosen = active[pick];
            for (int run = rolls.between(1, burst); run > 0 && left[chosen] > 0; run--) {
                order[filled++] = chosen;
                left[chosen]--;
            }
            if (left[chosen] == 0) {
                active[pick] = active[--count];
            }
        }
        return order;
    }
}
