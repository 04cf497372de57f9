package io.duplex.races;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * How much of the interleavings a test explores: a few seconds' worth in a build, more with
 * {@code -Dduplex.races.factor}.
 */
public final class Exploration {
    private static final int FACTOR = Integer.getInteger("duplex.races.factor", 1);

    private Exploration() {}

    /**
     * Generates scenarios from the operations of a class and explores how their threads interleave. Fails if
     * a result is not the result of any sequential order of the calls, if an operation or a validation
     * throws, or if no thread can go on.
     *
     * @param operations the class with the operations, a new instance of which is the state of each run
     * @param calls how many operations each of two threads has
     * @param scenarios how many a build generates
     * @param interleavings how many of each a build explores
     */
    public static void explore(Class<?> operations, int calls, int scenarios, int interleavings) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(calls)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(scenarios * FACTOR)
                .invocationsPerIteration(interleavings * FACTOR)
                .check(operations);
    }
}
