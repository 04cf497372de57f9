package io.duplex.noninterference;

import java.util.List;

/**
 * One connection from its first byte to its end: what its peer does and when, and by the seed what its application does.
 *
 * @param seed    decides what the application does in each callback
 * @param profile what kind of connection it is
 * @param steps   in order
 */
record Conversation(long seed, Profile profile, List<Step> steps) {
    Conversation without(int from, int to) {
        List<Step> fewer = new java.util.ArrayList<>(steps);
        fewer.subList(from, to).clear();
        return new Conversation(seed, profile, List.copyOf(fewer));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("conversation " + seed + ", " + profile);
        for (Step step : steps) {
            text.append("\n    ").append(step);
        }
        return text.toString();
    }
}
