package io.duplex.noninterference;

import io.duplex.internal.pool.PoolControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Some conversations, the order in which they do their steps, and how much the pools of the process keep
 * meanwhile. It fails if one of them is other than alone.
 *
 * @param conversations at least one
 * @param order         which of them does its next step
 * @param poolPlaces    how many things each pool keeps at most; 0 for each pool's own bound
 * @param loops         over how many event loops they are spread
 */
record Trial(List<Conversation> conversations, int[] order, int poolPlaces, int loops) {
    /**
     * What went wrong.
     *
     * @param index    of the conversation
     * @param alone    its transcript alone
     * @param together its transcript together with the others
     */
    record Difference(int index, byte[] alone, byte[] together) {}

    /** Plays the conversations together, and compares with what they are alone. */
    Optional<Difference> run(World world, List<byte[]> alone) {
        bound();
        try {
            List<Transcript> together = world.together(conversations, order, loops);
            for (int i = 0; i < together.size(); i++) {
                if (!together.get(i).isEqualTo(alone.get(i))) {
                    return Optional.of(new Difference(i, alone.get(i), together.get(i).toBytes()));
                }
            }
            return Optional.empty();
        } finally {
            PoolControl.restore();
        }
    }

    private void bound() {
        if (poolPlaces == 0) {
            PoolControl.restore();
        } else {
            PoolControl.capacity(poolPlaces);
        }
    }

    Optional<Difference> run(World world) {
        List<byte[]> alone = new ArrayList<>();
        for (Conversation conversation : conversations) {
            alone.add(alone(world, conversation));
        }
        return run(world, alone);
    }

    /** The transcript of a conversation for which all is new. */
    static byte[] alone(World world, Conversation conversation) {
        PoolControl.clear();
        return world.alone(conversation);
    }

    // ---- smaller ones -------------------------------------------------------------------------------------

    Trial withoutConversation(int index) {
        List<Conversation> fewer = new ArrayList<>(conversations);
        fewer.remove(index);
        int[] left = java.util.Arrays.stream(order)
                .filter(i -> i != index)
                .map(i -> i > index ? i - 1 : i)
                .toArray();
        return new Trial(fewer, left, poolPlaces, loops);
    }

    Trial withoutSteps(int index, int from, int to) {
        List<Conversation> shorter = new ArrayList<>(conversations);
        shorter.set(index, conversations.get(index).without(from, to));
        int[] left = new int[order.length - (to - from)];
        int count = 0;
        // The first turn of each connects.
        int turn = -1;
        for (int i : order) {
            boolean dropped = i == index && turn >= from && turn < to;
            turn += i == index ? 1 : 0;
            if (!dropped) {
                left[count++] = i;
            }
        }
        return new Trial(shorter, left, poolPlaces, loops);
    }
}
