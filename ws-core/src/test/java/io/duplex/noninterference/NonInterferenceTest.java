package io.duplex.noninterference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.duplex.internal.pool.PoolControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * No connection sees another: each of many conversations that share one process is, byte for byte, what it
 * is alone. A build plays the same ones each time; {@code -Dduplex.nonInterference.seconds=60} plays new
 * ones for so long, and {@code -Dduplex.nonInterference.seed=…} the ones of a seed.
 */
class NonInterferenceTest {
    private static final int BATCH = 64;
    /** How often the conversations of a batch meet, each time in other groups and in another order. */
    private static final int MEETINGS = 4;
    private static final int BATCHES_IN_A_BUILD = 12;
    /** How many conversations of each family a batch has, besides those of all kinds. */
    private static final int FAMILY = 8;
    /** A connection that reaches into another may go on for ever. */
    private static final int PATIENCE_SECONDS = 60;
    private static final long SEED_OF_A_BUILD = 20_261_121;
    private static final long SECONDS = Long.getLong("duplex.nonInterference.seconds", 0);
    private static final long SEED = Long.getLong("duplex.nonInterference.seed",
            SECONDS == 0 ? SEED_OF_A_BUILD : System.nanoTime());

    private final World world = new World();
    private final Generator generator = new Generator();
    private long played;

    @AfterEach
    void restorePools() {
        PoolControl.restore();
    }

    @Test
    @DisplayName("3.10 many conversations share the pools of the process, and each is as it is alone")
    void withPoolsAsInProduction() {
        playAll(0, 1);
    }

    @Test
    @DisplayName("3.10 the same with pools of one place, where everything is used again at once")
    void withPoolsOfOnePlace() {
        playAll(1, 2);
    }

    private void playAll(int poolPlaces, int salt) {
        inTime(() -> play(poolPlaces, salt));
    }

    private static void inTime(Executable action) {
        assertTimeoutPreemptively(Duration.ofSeconds(PATIENCE_SECONDS + 2 * SECONDS), action);
    }

    private void play(int poolPlaces, int salt) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(SECONDS);
        long seed = Rolls.mix(SEED, salt);
        for (long batch = 0; SECONDS == 0 ? batch < BATCHES_IN_A_BUILD : System.nanoTime() < end; batch++) {
            play(poolPlaces, new Rolls(Rolls.mix(seed, batch)));
        }
        if (SECONDS > 0) {
            System.out.println(
                    "Non-interference, pools " + (poolPlaces == 0 ? "as in production" : "of one place")
                            + ", seed " + SEED + ": " + played + " conversations in "
                            + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s");
        }
    }

    private void play(int poolPlaces, Rolls rolls) {
        List<Conversation> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            batch.add(generator.generate(rolls.next()));
        }
        meet(poolPlaces, batch, BATCH, rolls);
        for (Family family : Family.values()) {
            meet(poolPlaces, family.members(FAMILY, generator, rolls), FAMILY, rolls);
        }
    }

    private void meet(int poolPlaces, List<Conversation> batch, int atMost, Rolls rolls) {
        List<byte[]> alone = batch.stream().map(conversation -> Trial.alone(world, conversation)).toList();
        for (int i = 0; i < MEETINGS; i++) {
            meet(poolPlaces, batch, alone, atMost, rolls);
        }
    }

    /** All of a batch, in groups of any size that play one behind the other. */
    private void meet(int poolPlaces, List<Conversation> batch, List<byte[]> alone, int atMost,
            Rolls rolls) {
        List<Integer> waiting = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            waiting.add(rolls.below(waiting.size() + 1), i);
        }
        while (!waiting.isEmpty()) {
            List<Integer> group = waiting.subList(0, Math.min(waiting.size(), rolls.between(2, atMost)));
            List<Conversation> conversations = group.stream().map(batch::get).toList();
            List<byte[]> expected = group.stream().map(alone::get).toList();
            int loops = atMost == BATCH ? World.LOOPS : rolls.between(1, World.LOOPS);
            Trial trial = new Trial(conversations, World.order(conversations, rolls), poolPlaces, loops);
            trial.run(world, expected).ifPresent(difference -> {
                String report = new Shrinker(world, trial, difference).report();
                fail("seed " + SEED + ", after " + played + " conversations: " + report);
            });
            played += group.size();
            group.clear();
        }
    }

    @Test
    @DisplayName("a conversation is the same each time it is played alone")
    void conversationsAreDeterministic() {
        inTime(this::playEachTwice);
    }

    private void playEachTwice() {
        for (long seed = 0; seed < 300; seed++) {
            Conversation conversation = generator.generate(seed);
            assertEquals(conversation.toString(), generator.generate(seed).toString());
            byte[] first = Trial.alone(world, conversation);
            byte[] second = Trial.alone(world, conversation);
            assertTrue(java.util.Arrays.equals(first, second),
                    () -> conversation + "\n" + Transcript.firstDifference(first, second));
        }
    }
}
