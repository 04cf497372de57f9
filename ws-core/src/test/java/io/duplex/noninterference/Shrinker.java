package io.duplex.noninterference;

import java.util.Optional;

/** Makes a trial that fails smaller as long as it still fails: first whole conversations go, then steps. */
final class Shrinker {
    private static final int MAX_TRIALS = 600;
    private static final long MAX_NANOS = java.time.Duration.ofSeconds(10).toNanos();

    private final World world;
    private Trial smallest;
    private Trial.Difference difference;
    private final long start = System.nanoTime();
    private int trials;

    Shrinker(World world, Trial failing, Trial.Difference difference) {
        this.world = world;
        this.smallest = failing;
        this.difference = difference;
    }

    /** Shrinks, and puts what is left into words. */
    String report() {
        boolean smaller = true;
        while (smaller && mayGoOn()) {
            smaller = dropConversations() | dropSteps();
        }
        StringBuilder text = new StringBuilder("A connection saw or sent something else than alone");
        text.append(" (pools ").append(smallest.poolPlaces() == 0 ? "as in production" : "of one place");
        text.append("): conversation ").append(smallest.conversations().get(difference.index()).seed());
        text.append(", ").append(Transcript.firstDifference(difference.alone(), difference.together()));
        text.append("\nThe order of turns: ").append(java.util.Arrays.toString(smallest.order()));
        for (Conversation conversation : smallest.conversations()) {
            text.append("\n").append(conversation);
        }
        return text.toString();
    }

    private boolean mayGoOn() {
        return trials < MAX_TRIALS && System.nanoTime() - start < MAX_NANOS;
    }

    private boolean keepIfFailing(Trial candidate) {
        trials++;
        Optional<Trial.Difference> failed;
        try {
            failed = candidate.run(world);
        } catch (RuntimeException | Error otherFailure) {
            return false;
        }
        failed.ifPresent(found -> {
            smallest = candidate;
            difference = found;
        });
        return failed.isPresent();
    }

    /** Many at a time at first. */
    private boolean dropConversations() {
        boolean any = false;
        for (int size = smallest.conversations().size() / 2; size >= 1; size /= 2) {
            for (int to = smallest.conversations().size(); to >= size && mayGoOn(); to -= size) {
                int left = smallest.conversations().size() - size;
                any |= left > 0 && to <= left + size && keepIfFailing(without(to - size, to));
            }
        }
        return any;
    }

    private Trial without(int from, int to) {
        Trial fewer = smallest;
        for (int i = to - 1; i >= from; i--) {
            fewer = fewer.withoutConversation(i);
        }
        return fewer;
    }

    private boolean dropSteps() {
        boolean any = false;
        for (int i = 0; i < smallest.conversations().size(); i++) {
            for (int size = 8; size >= 1; size /= 2) {
                for (int to = smallest.conversations().get(i).steps().size(); to >= size
                        && mayGoOn(); to -= size) {
                    any |= keepIfFailing(smallest.withoutSteps(i, to - size, to));
                }
            }
        }
        return any;
    }
}
