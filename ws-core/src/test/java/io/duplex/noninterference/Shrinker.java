package io.duplex.noninterference;

import java.util.Optional;

/** Makes a trial that fails smaller as long as it still fails: first whole conversations go, then steps. */
final class Shrinker {
    private static final int MAX_TRIALS = 4000;

    private final World world;
    private Trial smallest;
    private Trial.Difference difference;
    private int trials;

    Shrinker(World world, Trial failing, Trial.Difference difference) {
        this.world = world;
        this.smallest = failing;
        this.difference = difference;
    }

    /** Shrinks, and puts what is left into words. */
    String report() {
        boolean smaller = true;
        while (smaller && trials < MAX_TRIALS) {
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

    private boolean dropConversations() {
        boolean any = false;
        for (int i = smallest.conversations().size() - 1; i >= 0 && trials < MAX_TRIALS; i--) {
            any |= smallest.conversations().size() > 1 && keepIfFailing(smallest.withoutConversation(i));
        }
        return any;
    }

    private boolean dropSteps() {
        boolean any = false;
        for (int i = 0; i < smallest.conversations().size(); i++) {
            for (int size = 8; size >= 1; size /= 2) {
                for (int to = smallest.conversations().get(i).steps().size(); to >= size
                        && trials < MAX_TRIALS; to -= size) {
                    any |= keepIfFailing(smallest.withoutSteps(i, to - size, to));
                }
            }
        }
        return any;
    }
}
